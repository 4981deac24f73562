// The stage and the timeline at one step as a picture, with no display.
#pragma once

#include <memory>
#include <string>

#include "gui/draw/theme.hpp"
#include "gui/picture/picture_view.hpp"
#include "gui/state/shown_trace.hpp"
#include "gui/window/window.hpp"
#include "sim/trace/trace.hpp"

namespace qs::gui {

struct Shot {
  Step step = no_step;  ///< no_step: the last one
  int width = 1280, height = 800;
  Theme::Mode mode = Theme::Mode::dark;
  float scale = 1;
  PictureView::Words words = PictureView::Words::sentence;
  PictureView::Parts parts = PictureView::Parts::stage_and_timeline;
};

/// Throws WindowError if there is no OpenGL at all, and std::out_of_range for a step that the trace does not have.
Picture take_shot(Trace const& trace, Shot const& shot);

/// Takes pictures of one trace, one after another. Throws WindowError if there is no OpenGL at all.
class Camera {
 public:
  Camera(ShownTrace& shown, Shot const& look);
  /// `motion`: how much of the step is shown, 0 to 1.
  Picture at(Step step, double motion = 1);
  /// What ImGui drew for that picture, without smoothed edges, as an SVG.
  std::string svg_at(Step step);

 private:
  void draw(Step step, double motion);

  ShownTrace& shown_;
  Shot look_;
  std::unique_ptr<Window> window_;
  Theme theme_;
  PictureView view_;
  bool warm_ = false;  ///< the views know their measurements
};

}  // namespace qs::gui
