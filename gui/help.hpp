// The help: all keys, and what the shapes and colours mean, over everything else.
#pragma once

#include "gui/geometry.hpp"
#include "gui/report.hpp"
#include "gui/theme.hpp"

namespace qs::gui {

/// False: it was closed by a click.
bool draw_help(Theme const& theme, Vec2 window, Report& report);

}  // namespace qs::gui
