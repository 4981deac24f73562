// Where each step is on the timeline's axis: at its wall time, or evenly, one column for each choice of a controlled
// run (for each event of another one). In a controlled run the wall time only says how long the user thought.
#pragma once

#include <cstdint>

#include "sim/trace/trace.hpp"

namespace qs::gui {

enum class AxisKind : std::uint8_t { wall, even };

class Axis {
 public:
  static constexpr std::uint64_t column = 1'000'000;  ///< of an even axis

  explicit Axis(AxisKind kind = AxisKind::wall) : kind_(kind) {}
  AxisKind kind() const { return kind_; }

  /// Rises with the steps.
  std::uint64_t at(Trace const& trace, Step step) const;
  /// The last step that is not behind this place; the first step before everything.
  Step step_at(Trace const& trace, double place) const;
  /// Where the first event is.
  std::uint64_t begin(Trace const& trace) const { return trace.events.empty() ? 0 : at(trace, 0); }
  /// From the last event, `last`, until the run was stopped.
  std::uint64_t stop(Trace const& trace, std::uint64_t last) const;

 private:
  AxisKind kind_;
};

/// Even for a run under control, but for one that was free most of the time.
AxisKind usual_axis(Trace const& trace);

}  // namespace qs::gui
