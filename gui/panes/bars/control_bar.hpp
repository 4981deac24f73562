// The bar of the person who is the scheduler: how the program runs, where it stands, and what to do about it.
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

/// How the run stands, or what was chosen at this step of its past.
std::string status_words(Context const& context, InteractiveSession const& conductor);

}  // namespace qs::gui
