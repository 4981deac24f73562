// Finds the next block, wake-up or sentinel.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/model/items.hpp"
#include "sim/trace/trace.hpp"

namespace qs::gui {

enum class Direction : std::uint8_t { forward, back };
enum class Landmark : std::uint8_t { block, wake, sentinel };

/// The actor starts to wait for something that another must do. Sleeping and an idle feeder do not count.
bool blocks(Event const& event);
/// A blocked actor continues at this step.
bool wakes_up(Trace const& trace, Step step);
/// A sentinel is put or got.
bool moves_sentinel(Trace const& trace, ItemIndex const& items, Step step);
/// The nearest one after or before `from`, exclusive; no_step as `from` is the beginning.
std::optional<Step> find_landmark(Trace const& trace, ItemIndex const& items, Step from, Direction, Landmark);

}  // namespace qs::gui
