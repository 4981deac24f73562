// A trace with everything that is derived from it for the views: the worlds around the play head, the journeys of the
// items, the captions, the statistics. Nothing here draws.
#pragma once

#include <functional>
#include <optional>

#include "sim/diagnosis/diagnosis.hpp"
#include "sim/model/items.hpp"
#include "sim/model/stats.hpp"
#include "sim/model/world.hpp"
#include "sim/text/caption.hpp"
#include "sim/trace/trace.hpp"

namespace qs::gui {

class ShownTrace {
 public:
  explicit ShownTrace(Trace trace);
  ShownTrace(ShownTrace const&) = delete;
  ShownTrace& operator=(ShownTrace const&) = delete;

  Trace const& trace() const { return trace_; }
  ItemIndex const& items() const { return items_; }

  /// The worlds after `step` and before it.
  void place(Step step);
  World const& world() const { return world_; }
  World const& before() const { return before_; }
  /// What is told about the last act or event at `step`.
  Caption const& caption(Step step, DetailLevel level) { return teller_.at(step, level); }
  /// Of the whole trace, once it no longer grows.
  Stats const& stats();

  /// Computes what the views of a whole trace need, so that no frame has to wait for it: the model's checkpoints, the
  /// statistics and the diagnosis of the end. `reached` is called with the part that is done, 0 to 1, and may throw.
  void prepare(std::function<void(float)> const& reached);
  /// Of the last step, once it is prepared; otherwise nullptr.
  Diagnosis const* end_diagnosis() const { return end_ ? &*end_ : nullptr; }

  /// Where a live run appends its events; grown() says that it did.
  Trace& growing() { return trace_; }
  void grown() { items_.update(); }

 private:
  Trace trace_;
  History history_;
  ItemIndex items_;
  CaptionTeller teller_;
  World world_, before_;
  Step placed_ = no_step;
  bool fresh_ = true;
  std::optional<Stats> stats_;
  std::optional<Diagnosis> end_;
};

}  // namespace qs::gui
