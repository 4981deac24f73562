// The help: all keys, and what the shapes and colours mean, over everything else.
#pragma once

#include <cstdint>

#include "gui/draw/geometry.hpp"
#include "gui/draw/theme.hpp"
#include "gui/window/ui_test_log.hpp"

namespace qs::gui {

enum class Help : std::uint8_t { window, page };  ///< a page replays a run and has the keys for that only

/// False: it was closed by a click.
bool draw_help(Theme const& theme, Vec2 window, UiTestLog& report, Help help = Help::window);

}  // namespace qs::gui
