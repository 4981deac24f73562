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

void ShownTrace::prepare(std::function<void(float)> const& reached) {
  constexpr float model = 0.7F, statistics = 0.9F;
  Step const steps = trace_.size();
  if (steps == 0) return;
  for (std::uint64_t hundredth = 1; hundredth <= 100; ++hundredth) {
    history_.at(static_cast<Step>((steps - 1) * hundredth / 100));
    reached(model * static_cast<float>(hundredth) / 100);
  }
  stats();
  reached(statistics);
  end_ = diagnose(trace_, history_.at(steps - 1));
}

Stats const& ShownTrace::stats() {
  if (!stats_) stats_ = statistics(trace_);
  return *stats_;
}

}  // namespace qs::gui
