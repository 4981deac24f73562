// The scheduler of the window: the user chooses who goes next, or lets the run go at a pace or freely, and may change
// that at any time. Called by the recording thread and by the drawing thread.
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

/// How a run continues without a choice by the user.
enum class RunMode : std::uint8_t {
  free,    ///< without control
  paced,   ///< one step at a time; the actor that has waited longest goes next
  stepped  ///< it does not: every step is chosen
};

/// The run between two steps.
struct SchedulerSnapshot {
  bool held = false;  ///< the gate is closed: the rest is valid until the next choice. Otherwise it is empty
  std::vector<ActorStatus> status;  ///< by actor
  std::vector<Choice> enabled;      ///< in the order of actors; last `time`, where time could pass
  std::optional<Choice> proposed;   ///< the default choice
  bool computing = false;           ///< an actor is between two operations
  bool deadlocked = false;
  bool prefix = false;        ///< still follows the given schedule
  std::uint64_t events = 0;   ///< recorded before this moment
  std::size_t steps = 0;      ///< taken before this moment
  Schedule decisions;         ///< by name; also the one that is being done
  std::size_t exact = 0;      ///< how many of them can be repeated: those before the run first went free
  std::string error;          ///< why the prefix could not be followed to its end; empty if it could
  std::uint64_t version = 0;  ///< changes with everything above
};

class InteractiveScheduler final : public Scheduler {
 public:
  /// Follows `prefix` as fast as possible, then continues at the pace.
  explicit InteractiveScheduler(RunMode pace = RunMode::stepped, Schedule const& prefix = {});

  // For the thread of the window.
  void pace(RunMode pace);
  void between_steps(std::chrono::milliseconds time);  ///< when paced
  /// Requests the next step. A choice that is not possible at that time is skipped. A kill is always possible, also
  /// while the run is free.
  void choose(Choice choice);
  /// Requests the default choice.
  void choose_proposed();
  SchedulerSnapshot snapshot() const;
  /// Whether snapshot() has changed since this version; cheap.
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
  using Request = std::optional<Choice>;  ///< nullopt: the default choice

  bool following() const { return !lost_ && prefix_.steps() < prefix_length_; }
  void show(SchedulerContext const&);
  std::optional<Choice> proposal(SchedulerContext const&) const;
  std::optional<Choice> decide(SchedulerContext const&, std::unique_lock<std::mutex>&);
  std::optional<Choice> requested(SchedulerContext const&);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
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
