// The bar at the bottom of the window: the position of the play head and its controls.
#pragma once

#include <vector>

#include "gui/draw/theme.hpp"
#include "gui/state/actions.hpp"
#include "gui/state/context.hpp"
#include "gui/state/playback.hpp"
#include "gui/window/ui_test_log.hpp"

namespace qs::gui {

class Transport {
 public:
  /// Draws into the current pane; what was pressed is added to `wishes`. Scrubbing asks through the context.
  void draw(Context const& context, Playback& playback, UiTestLog& report, std::vector<Action>& wishes);
  /// Pixels it needs; known after it was drawn once at this width.
  float height(Theme const& theme) const;
  /// Where there is little room: without the jumps and the speed, which have keys.
  void compact(bool wanted) {
    compact_ = wanted;
    if (wanted) rows_ = 1;
  }

 private:
  void scrubber(Context const& context, Playback const& playback, UiTestLog& report);
  void moves(Context const& context, Playback const& playback, UiTestLog& report, std::vector<Action>& wishes);
  void jumps(Context const& context, UiTestLog& report, std::vector<Action>& wishes);
  void place(Context const& context, Playback const& playback, UiTestLog& report);
  void speed(Theme const& theme, Playback& playback, UiTestLog& report);
  void live(Theme const& theme, Playback const& playback, UiTestLog& report, std::vector<Action>& wishes);
  /// Continues in the same row if the next group fits, else in a new one.
  void next_group(float width);

  bool compact_ = false;
  int rows_ = 1;
  float right_edge_ = 0;
};

}  // namespace qs::gui
