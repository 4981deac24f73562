// Who decides who goes next: a person, a saved schedule, a strategy. One interface, asked between two steps
// in the thread that records.
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

/// What there is to choose from.
struct SchedulerContext {
  Controller const& controller;  ///< where each actor stands
  std::vector<Choice> const& enabled;
  std::vector<ActorFacts> const& actors;
  ActorNames const& names;
  std::uint64_t events = 0;  ///< recorded so far
  std::size_t steps = 0;     ///< taken so far
};

class Scheduler {
 public:
  virtual ~Scheduler() = default;

  /// Who goes next: one of `enabled`, or a kill. Nothing: nobody yet; it is asked again soon.
  virtual std::optional<Choice> choose(SchedulerContext const&) = 0;
  /// Whether the gate is to be closed. It may change its mind at any time.
  virtual bool controls() { return true; }
  /// Told now and then while the gate is open.
  virtual void watch(SchedulerContext const&) {}
  /// The run is to end, now.
  virtual bool wants_end() { return false; }
  /// Whether nobody being able to go on ends the run.
  virtual bool ends_at_deadlock() { return true; }

  /// How long to wait for an actor that computes before the others are looked at.
  virtual std::chrono::nanoseconds settle_timeout() { return std::chrono::milliseconds(100); }
  /// Whether to choose among the others while somebody computes. Then the run cannot be repeated exactly.
  virtual bool goes_on_without_computing() { return false; }
  /// For how long nothing may happen before the run is given up; none: for ever.
  virtual std::optional<std::chrono::milliseconds> stall() { return std::chrono::seconds(10); }
};

/// The one to go when nobody says who: whoever went last goes on while it can, then the next in the order of
/// actors, and time passes only when nobody can go. Nothing: there is nothing to choose.
std::optional<Choice> default_choice(std::vector<Choice> const& enabled, std::optional<Choice> last);

/// Follows a schedule, then default_choice(). A choice that cannot be made ends the run, with an error.
class ScheduledRun final : public Scheduler {
 public:
  explicit ScheduledRun(Schedule schedule) : schedule_(std::move(schedule)) {}
  /// Follows the decisions of an earlier run and holds each enabled set against that run's.
  explicit ScheduledRun(Trace const& recorded);

  std::optional<Choice> choose(SchedulerContext const&) override;
  bool wants_end() override { return !error_.empty(); }

  /// Where and how the run went another way than the schedule, as a sentence; empty: nowhere.
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

/// Whether two runs did the same: their events, but for times, process ids and what the clock decided. The
/// first event that differs, as a sentence about both; empty: none.
std::string first_difference(Trace const& recorded, Trace const& replayed);

}  // namespace qs
