#include "gui/timeline/axis.hpp"

#include <algorithm>

namespace qs::gui {
namespace {

constexpr std::uint64_t parts = 25;  // of a column: its events stand at the first of them

std::uint64_t even_place(Trace const& trace, Step step) {
  auto const& decisions = trace.decisions;
  if (decisions.empty()) return static_cast<std::uint64_t>(step) * Axis::column;
  auto const after = std::upper_bound(decisions.begin(), decisions.end(), step,
                                      [](Step at, Decision const& decision) { return at < decision.step; });
  auto const made = static_cast<std::uint64_t>(after - decisions.begin());
  Step const first = after == decisions.begin() ? 0 : std::prev(after)->step;
  return made * Axis::column + std::min<std::uint64_t>(step - first, parts - 1) * (Axis::column / parts);
}

}  // namespace

std::uint64_t Axis::at(Trace const& trace, Step step) const {
  if (step >= trace.size()) return trace.events.empty() ? 0 : at(trace, step == no_step ? 0 : trace.size() - 1);
  return kind_ == AxisKind::wall ? trace.at(step).time : even_place(trace, step);
}

Step Axis::step_at(Trace const& trace, double place) const {
  if (trace.events.empty()) return no_step;
  Step first = 0, count = trace.size();
  while (count > 0) {  // the first step behind it
    Step const half = count / 2;
    if (static_cast<double>(at(trace, first + half)) <= place) {
      first += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return first == 0 ? 0 : first - 1;
}

std::uint64_t Axis::stop(Trace const& trace, std::uint64_t last) const {
  if (kind_ == AxisKind::wall) return std::max(trace.duration(), last);
  // A tenth of the picture for a wait that has no length.
  return last + std::max<std::uint64_t>(2 * column, (last - begin(trace)) / 10);
}

AxisKind usual_axis(Trace const& trace) {
  if (trace.decisions.empty()) return AxisKind::wall;
  constexpr std::size_t most_events = 12;  // that one choice causes
  return trace.decisions.size() * most_events >= trace.size() ? AxisKind::even : AxisKind::wall;
}

}  // namespace qs::gui
