#include "gui/state/shown_trace.hpp"

#include <utility>

namespace qs::gui {

ShownTrace::ShownTrace(Trace trace) : trace_(std::move(trace)), history_(trace_), items_(trace_), teller_(trace_) {}

void ShownTrace::place(Step step) {
  if (!fresh_ && placed_ == step) return;
  bool const next = !fresh_ && step != no_step && step == placed_ + 1;  // no_step + 1 is 0
  if (next) {
    before_ = world_;
    apply(world_, trace_, step);
  } else {
    before_ = history_.at(step == no_step || step == 0 ? no_step : step - 1);
    world_ = before_;
    if (step != no_step) apply(world_, trace_, step);
  }
  placed_ = step;
  fresh_ = false;
}

Stats const& ShownTrace::stats() {
  if (!stats_) stats_ = statistics(trace_);
  return *stats_;
}

}  // namespace qs::gui
