// Which arrows from puts to gets are drawn: all while there are few, else an even choice of them.
#pragma once

#include <functional>

#include "gui/timeline/axis.hpp"
#include "gui/timeline/scale.hpp"
#include "sim/model/items.hpp"

namespace qs::gui {

/// Calls `draw` for at most `most` of the arrows that reach into the window. Returns how many there are
/// for each one drawn: 1 if none is left out.
std::size_t choose_arrows(Trace const& trace, Axis const& axis, ItemIndex const& items, TimeScale const& scale,
                          std::size_t most, std::function<void(Arrow const&)> const& draw);

}  // namespace qs::gui
