// The help: all keys, and what the shapes and colours mean, over everything else.
#pragma once

#include "gui/draw/geometry.hpp"
#include "gui/draw/theme.hpp"
#include "gui/window/ui_test_log.hpp"

namespace qs::gui {

/// False: it was closed by a click.
bool draw_help(Theme const& theme, Vec2 window, UiTestLog& report);

}  // namespace qs::gui
