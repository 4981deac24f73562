// Where the next block, wake-up or sentinel is.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/model/items.hpp"
#include "sim/trace/trace.hpp"

namespace qs::gui {

enum class Direction : std::uint8_t { forward, back };
enum class Landmark : std::uint8_t { block, wake, sentinel };

/// Somebody waits from now on for something that another must do. A sleeper and a feeder without work rest.
bool blocks(Event const& event);
/// A wait of this actor ends at this step: it was blocked and goes on.
bool wakes_up(Trace const& trace, Step step);
/// A sentinel is put or got.
bool moves_sentinel(Trace const& trace, ItemIndex const& items, Step step);
/// The nearest one behind or before `from`, which does not count itself; no_step as `from`: the beginning.
std::optional<Step> find_landmark(Trace const& trace, ItemIndex const& items, Step from, Direction, Landmark);

}  // namespace qs::gui
