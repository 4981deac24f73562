// The control bar: the pace of the run, its state, and the actions that control it.
#pragma once

#include <vector>

#include "gui/draw/geometry.hpp"
#include "gui/state/actions.hpp"
#include "gui/state/context.hpp"
#include "gui/state/interactive_session.hpp"
#include "gui/window/ui_test_log.hpp"

namespace qs::gui {

class ControlBar {
 public:
  static float height(Theme const& theme);
  void draw(Context const& context, InteractiveSession& conductor, Rect const& rect, UiTestLog& report,
            std::vector<Action>& wishes);

 private:
  void paces(Theme const& theme, InteractiveSession& conductor, UiTestLog& report);
};

/// The state of the run, or the choice that was made at this earlier step.
std::string status_words(Context const& context, InteractiveSession const& conductor);

}  // namespace qs::gui
