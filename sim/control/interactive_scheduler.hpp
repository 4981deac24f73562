// The hand of a person in front of a window: chooses who goes next, lets a run go at a pace, or lets it go free,
// and changes its mind at any time. Asked by the thread that records, told by the thread that draws.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "sim/control/scheduler.hpp"

namespace qs {

/// How a run goes on when nobody says anything.
enum class RunMode : std::uint8_t {
  free,    ///< as if nobody looked
  paced,   ///< a step now and then; who has waited longest goes next
  stepped  ///< not at all: every step is chosen
};

/// What lies before the person: the run between two steps.
struct SchedulerSnapshot {
  bool held = false;  ///< the gate is closed: what follows is true until somebody chooses. Otherwise it is empty
  std::vector<ActorStatus> status;  ///< by actor
  std::vector<Choice> enabled;      ///< in the order of actors; last `time`, where time could pass
  std::optional<Choice> proposed;   ///< who goes when nobody says who
  bool computing = false;           ///< somebody is between two operations
  bool deadlocked = false;
  bool prefix = false;        ///< still follows the schedule that it was given
  std::uint64_t events = 0;   ///< recorded before this moment
  std::size_t steps = 0;      ///< taken before this moment
  Schedule decisions;         ///< by name; also the one that is being done
  std::size_t exact = 0;      ///< so many of them lead here again: before the run first went free
  std::string error;          ///< why the prefix could not be followed to its end; "": it could
  std::uint64_t version = 0;  ///< changes with everything above
};

class InteractiveScheduler final : public Scheduler {
 public:
  /// Follows `prefix` first, as fast as possible and whatever the pace; then goes on at the pace.
  explicit InteractiveScheduler(RunMode pace = RunMode::stepped, Schedule const& prefix = {});

  // For the thread of the window.
  void pace(RunMode pace);
  void between_steps(std::chrono::milliseconds time);  ///< when paced
  /// The next step, as soon as it is possible. A choice that is not possible by then is passed over. A kill is
  /// possible at any time, also while the run goes free.
  void choose(Choice choice);
  /// The next step is the proposed one.
  void choose_proposed();
  SchedulerSnapshot snapshot() const;
  /// snapshot() has changed since it had this version; cheap.
  bool changed_since(std::uint64_t version) const;

  // For the thread that records.
  std::optional<Choice> choose(SchedulerContext const&) override;
  bool controls() override;
  void watch(SchedulerContext const&) override;
  bool ends_at_deadlock() override { return false; }
  std::chrono::nanoseconds settle_timeout() override { return std::chrono::milliseconds(50); }
  bool goes_on_without_computing() override;
  std::optional<std::chrono::milliseconds> stall() override { return std::nullopt; }

 private:
  using Clock = std::chrono::steady_clock;
  using Request = std::optional<Choice>;  ///< nothing: the proposed one

  bool following() const { return !lost_ && prefix_.steps() < prefix_length_; }
  void show(SchedulerContext const&);
  std::optional<Choice> proposal(SchedulerContext const&) const;
  std::optional<Choice> decide(SchedulerContext const&, std::unique_lock<std::mutex>&);
  std::optional<Choice> requested(SchedulerContext const&);

  mutable std::mutex mutex_;
  std::condition_variable told_;
  RunMode pace_;
  std::chrono::milliseconds between_{200};
  std::deque<Request> requests_;
  SchedulerSnapshot snapshot_;

  // the recording thread's own
  ScheduledRun prefix_;
  std::size_t prefix_length_;
  bool lost_ = false;  ///< the prefix could not be followed
  bool was_free_ = false;
  std::vector<std::size_t> last_went_;  ///< by actor: the step after its last one; 0: never
  Clock::time_point moved_ = Clock::now();
};

}  // namespace qs
