// Decides who goes next: the user, a saved schedule or a search strategy. Called between two steps in the recording
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/control/schedule.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// What a scheduler can choose from.
struct SchedulerContext {
  Controller const& controller;  ///< the state of each actor
  std::vector<Choice> const& enabled;
  std::vector<ActorFacts> const& actors;
  ActorNames const& names;
  std::uint64_t events = 0;  ///< recorded so far
  std::size_t steps = 0;     ///< taken so far
};

class Scheduler {
 public:
  virtual ~Scheduler() = default;

  /// The next step: one of `enabled`, or a kill. nullopt: none yet; it will be called again soon.
  virtual std::optional<Choice> choose(SchedulerContext const&) = 0;
  /// Whether the gate is to be closed. May change at any time.
  virtual bool controls() { return true; }
  /// Called now and then while the gate is open.
  virtual void watch(SchedulerContext const&) {}
  /// Whether the run shall end now.
  virtual bool wants_end() { return false; }
  /// Whether a deadlock ends the run.
  virtual bool ends_at_deadlock() { return true; }

  /// How long to wait for an actor that computes before choosing among the others.
  virtual std::chrono::nanoseconds settle_timeout() { return std::chrono::milliseconds(100); }
  /// Whether to choose among the others while an actor computes. The run can then not be repeated exactly.
  virtual bool goes_on_without_computing() { return false; }
  /// After how long without an event the run is given up; nullopt: never.
  virtual std::optional<std::chrono::milliseconds> stall() { return std::chrono::seconds(10); }
};

/// The default: whoever went last continues while it can, then the next in the order of actors; time passes only when
/// no actor is enabled. nullopt if nothing is enabled.
std::optional<Choice> default_choice(std::vector<Choice> const& enabled, std::optional<Choice> last);

/// Follows a schedule, then default_choice(). A choice that cannot be made ends the run, with an error.
class ScheduledRun final : public Scheduler {
 public:
  explicit ScheduledRun(Schedule schedule) : schedule_(std::move(schedule)) {}
  /// Follows the decisions of an earlier run and compares each enabled set with that run's.
  explicit ScheduledRun(Trace const& recorded);

  std::optional<Choice> choose(SchedulerContext const&) override;
  bool wants_end() override { return !error_.empty(); }

  /// Where and how the run differed from the schedule, as a sentence; empty if it did not.
  std::string const& error() const { return error_; }
  std::size_t steps() const { return step_; }

 private:
  std::string difference(SchedulerContext const&) const;

  Schedule schedule_;
  std::vector<Decision> recorded_;  ///< as long as the schedule, or empty
  std::size_t step_ = 0;
  std::optional<Choice> last_;
  std::string error_;
};

/// The schedule of a recorded run, as names.
Schedule schedule_of(Trace const& trace);

/// "main and worker-1", "nobody".
std::string words(ActorNames const&, std::vector<Choice> const&);

/// Compares the events of two runs, except for times, process ids and what depends on the clock. The first event that
/// differs, as a sentence about both; empty if there is none.
std::string first_difference(Trace const& recorded, Trace const& replayed);

}  // namespace qs
