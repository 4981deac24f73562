// The stage and the timeline at one step as a picture, with no display.
#pragma once

#include "gui/draw/theme.hpp"
#include "gui/window/window.hpp"
#include "sim/trace/trace.hpp"

namespace qs::gui {

struct Shot {
  Step step = no_step;  ///< no_step: the last one
  int width = 1280, height = 800;
  Theme::Mode mode = Theme::Mode::dark;
  float scale = 1;
};

/// Throws WindowError if there is no OpenGL at all, and std::out_of_range for a step that the trace does not have.
Picture take_shot(Trace const& trace, Shot const& shot);

}  // namespace qs::gui
