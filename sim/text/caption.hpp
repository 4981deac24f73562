// One sentence for an audience: what just happened, and why it matters (who waits now, who can go on). Made from the
// event, the world before it and the world after it.
//
// At the level of acts, the events of one call are told as one: a get is told when it returns, with what it got, and
// not as taking a lock, reading 4 bytes, reading 7 bytes and releasing the lock.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

enum class DetailLevel : std::uint8_t {
  acts,  ///< put, get, task_done, join, and what they wait for
  steps  ///< every event: locks and bytes too
};

/// Whether this event completes something that is told at the level of acts.
bool is_act(Trace const&, Step);
/// The last act at `step` or before it; no_step if there is none.
Step act_at(Trace const&, Step step);
/// The first act after `step` (no_step: the beginning); the last step of the trace if there is none.
Step next_act(Trace const&, Step step);
/// The last act before `step`; no_step if there is none.
Step previous_act(Trace const&, Step step);

struct Caption {
  std::string what;  ///< "consumer-2 takes the read lock of jobs"
  std::string why;   ///< "consumer-1 and consumer-3 wait for it"; empty where nothing follows

  /// "What; why.", or "What." An empty caption is an empty text.
  std::string text() const;
};

/// `before` and `after` are the worlds around the event at `step`.
Caption caption(Trace const&, World const& before, World const& after, Step step, DetailLevel);

/// The caption at any play head, with a history of its own. Cheap while the play head does not move.
class CaptionTeller {
 public:
  explicit CaptionTeller(Trace const& trace) : trace_(&trace), history_(trace) {}
  /// At the level of acts: of the last act at `step` or before it.
  Caption const& at(Step step, DetailLevel);

 private:
  struct Key {
    Step step;
    DetailLevel level;
    friend bool operator==(Key, Key) = default;
  };

  Trace const* trace_;
  History history_;
  std::optional<Key> told_;
  Caption caption_;
};

}  // namespace qs
