// The caption over the stage: what just happened and why it matters, in letters that are read from the back row.
#pragma once

#include <optional>

#include "gui/draw/geometry.hpp"
#include "gui/draw/theme.hpp"
#include "gui/window/ui_test_log.hpp"
#include "sim/text/caption.hpp"

namespace qs::gui {

/// The same for every caption, so that nothing moves from step to step.
float caption_height(Theme const& theme);
/// True if the level of detail was clicked. Without a level, as in a picture, there is nothing to click.
bool draw_caption(Caption const& caption, std::optional<DetailLevel> level, Theme const& theme, Rect const& rect,
                  UiTestLog& report);

}  // namespace qs::gui
