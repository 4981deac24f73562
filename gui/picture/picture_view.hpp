// What a picture shows: a heading, the stage and the timeline at one step.
#pragma once

#include "gui/stage/stage_view.hpp"
#include "gui/state/context.hpp"
#include "gui/timeline/timeline_view.hpp"
#include "gui/window/ui_test_log.hpp"
#include "sim/text/caption.hpp"

namespace qs::gui {

class PictureView {
 public:
  enum class Words : std::uint8_t { sentence, caption };
  enum class Parts : std::uint8_t { stage_and_timeline, stage };

  /// Between Window::begin_frame and end_frame. Views use measurements of the frame before, so what counts is the
  /// third. With a caption, that is over the stage; without one, the title and the sentence of the step.
  void draw(Context const& context, Vec2 size, Caption const* caption = nullptr,
            Parts parts = Parts::stage_and_timeline);
  static constexpr int frames = 3;

 private:
  StageView stage_;
  TimelineView timeline_;
  UiTestLog report_{""};
};

}  // namespace qs::gui
