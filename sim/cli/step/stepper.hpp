// A person decides who goes next: shows where everybody stands, reads a command, does it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "sim/cli/step/line_input.hpp"
#include "sim/cli/step/stepper_command.hpp"
#include "sim/control/breakpoint.hpp"
#include "sim/control/scheduler.hpp"
#include "sim/model/world.hpp"
#include "sim/report/run_report.hpp"
#include "sim/trace/trace.hpp"

namespace qs::cli {

/// For one run of the program. `trace` must be filled by a sink of that run; input and trace outlive it.
class Stepper final : public Scheduler {
 public:
  /// Makes the `first` steps that `beginning` says without asking.
  Stepper(LineInput& input, Trace const& trace, Colours colours, ScheduledRun beginning, std::size_t first);

  std::optional<Choice> choose(SchedulerContext const&) override;
  bool controls() override { return !free_; }
  void watch(SchedulerContext const&) override;
  bool wants_end() override { return quit_ || back_to_; }
  bool ends_at_deadlock() override { return leaves_deadlock_; }
  bool goes_on_without_computing() override { return true; }
  std::optional<std::chrono::milliseconds> stall() override { return {}; }

  /// The program is over. It can still be looked at, and gone back from.
  void ask_at_end();
  /// The run shall be made again, with so many of its steps.
  std::optional<std::size_t> back_to() const { return back_to_; }
  /// The steps so far, as far as they can be repeated.
  Schedule schedule() const;
  /// Why the schedule may not bring the same run again, as a sentence; empty: it does.
  std::string doubt() const;

 private:
  using Clock = std::chrono::steady_clock;

  /// Steps that are made without asking.
  struct PendingCommand {
    std::uint64_t steps = 1;
    std::optional<Breakpoint> until;
  };

  void catch_up();
  void tell_events();
  void prompt(std::string const& enter);
  std::optional<std::string> read_command(std::chrono::milliseconds at_most);
  std::optional<Choice> took(Choice);
  std::optional<Choice> begin(SchedulerContext const&);
  std::optional<Choice> follow(SchedulerContext const&);
  std::optional<Choice> ask(SchedulerContext const&);
  void show(SchedulerContext const&);
  std::optional<Choice> obey(StepCommand const&, SchedulerContext const&);
  bool obey_anywhere(StepCommand const&);
  Choice chosen(std::string const& who, SchedulerContext const&) const;
  Choice killed(std::string const& whom, SchedulerContext const&) const;
  ActorIndex actor_called(std::string const& name, SchedulerContext const&) const;
  void go_back(std::uint64_t steps);
  void quit(bool at_deadlock);
  std::size_t repeatable() const;

  LineInput& input_;
  Trace const& trace_;
  Colours colours_;
  ScheduledRun beginning_;
  std::size_t first_;  ///< steps of the beginning

  World world_;   ///< of all events so far
  World before_;  ///< when the last choice was made
  Step told_ = 0;
  std::optional<Choice> last_;
  std::optional<PendingCommand> order_;
  Clock::time_point moved_ = Clock::now();
  std::string shown_;  ///< what the person sees
  bool prompted_ = false;
  std::optional<std::string> pending_;  ///< a command that came while everybody ran free

  bool free_ = false;
  bool quit_ = false;
  bool leaves_deadlock_ = false;
  std::optional<std::size_t> back_to_;
  std::optional<std::size_t> free_from_;  ///< steps made before everybody ran free for the first time
  bool hasty_ = false;                    ///< somebody went while another one computed
};

}  // namespace qs::cli
