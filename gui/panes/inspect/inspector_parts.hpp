// The inspector's pages, one for each thing that can be selected.
#pragma once

#include <string>
#include <string_view>

#include "gui/draw/theme.hpp"
#include "gui/state/context.hpp"
#include "sim/model/stats.hpp"

namespace qs::gui {

void inspect_run(Context const& context, Stats const* stats);
void inspect_actor(Context const& context, ActorIndex actor, Stats const* stats);
void inspect_queue(Context const& context, QueueIndex queue, Stats const* stats);
void inspect_item(Context const& context, ItemId item);

// rows that select what they name
void fact_actor(Context const& context, std::string_view what, ActorIndex actor, std::string_view without = "nobody");
void fact_queue(Context const& context, std::string_view what, QueueIndex queue);
void fact_item(Context const& context, std::string_view what, ItemId item);
/// "step 12, at 1.20 ms"; a click goes there. Nothing for no_step.
void fact_step(Context const& context, std::string_view what, Step step);
/// A small heading and a gap above it.
void section(Theme const& theme, std::string_view words);
/// Time since that step, at the play head.
std::uint64_t since(Context const& context, Step step);
std::string waits_words(WaitStats const& wait);

}  // namespace qs::gui
