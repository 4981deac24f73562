// The inspector: all numbers of what is selected, or of the run when nothing is.
#pragma once

#include "gui/context.hpp"
#include "gui/report.hpp"
#include "gui/theme.hpp"
#include "sim/stats.hpp"

namespace qs::gui {

/// Draws into the current pane. `stats` is of the whole run, or nullptr while it goes on.
void draw_inspector(Context const& context, Stats const* stats, Report& report);

/// "consumer-1", "queue jobs", "item 7 of producer"; "" for nothing.
std::string selection_words(Trace const& trace, World const& world, Selection const& selection);

}  // namespace qs::gui
