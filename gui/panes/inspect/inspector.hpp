// The inspector: all numbers of what is selected, or of the run when nothing is.
#pragma once

#include "gui/draw/theme.hpp"
#include "gui/state/context.hpp"
#include "gui/window/ui_test_log.hpp"
#include "sim/model/stats.hpp"

namespace qs::gui {

/// Draws into the current pane. `stats` covers the whole run; nullptr while it is running.
void draw_inspector(Context const& context, Stats const* stats, UiTestLog& report);

/// "consumer-1", "queue jobs", "item 7 of producer"; "" for nothing.
std::string selection_words(Trace const& trace, World const& world, Selection const& selection);

}  // namespace qs::gui
