// The bar at the top of the window: what is shown, its state, and the look of the window.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gui/draw/geometry.hpp"
#include "gui/draw/theme.hpp"
#include "gui/state/actions.hpp"
#include "gui/window/ui_test_log.hpp"

namespace qs::gui {

struct TopBarFacts {
  std::string title;    ///< of the run; "" for none
  std::string details;  ///< its parameters, in one line
  std::string status;   ///< "running", "finished", ...
  ImU32 status_colour = 0;
  float font_scale = 1;
  bool exports = false;  ///< there is a run to export
  bool browser = true;   ///< there is a browser to show or hide
};

class TopBar {
 public:
  static float height(Theme const& theme);
  /// The font scale that was chosen with the slider, if one was.
  std::optional<float> draw(TopBarFacts const& facts, Theme const& theme, Rect const& rect, UiTestLog& report,
                            std::vector<Action>& wishes);

 private:
  std::optional<float> scale_slider(float now, Theme const& theme, float width, UiTestLog& report);
  static void words(TopBarFacts const& facts, Theme const& theme, Rect const& rect);

  float percent_ = 100;
  bool dragging_ = false;  ///< the text changes when the slider is let go, not under the pointer
};

}  // namespace qs::gui
