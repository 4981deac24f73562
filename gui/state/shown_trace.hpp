// A trace with everything that is derived from it for the views: the worlds around the play head, the journeys of the
// items, the captions, the statistics. Nothing here draws.
#pragma once

#include <optional>

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
};

}  // namespace qs::gui
