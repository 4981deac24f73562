// The scheduler of `step`: shows the state of every actor, reads a command and executes it.
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
  /// Takes the first `first` steps from `beginning`, without asking.
  Stepper(LineInput& input, Trace const& trace, Colours colours, ScheduledRun beginning, std::size_t first);

  std::optional<Choice> choose(SchedulerContext const&) override;
  bool controls() override { return !free_; }
  void watch(SchedulerContext const&) override;
  bool wants_end() override { return quit_ || back_to_; }
  bool ends_at_deadlock() override { return leaves_deadlock_; }
  bool goes_on_without_computing() override { return true; }
  std::optional<std::chrono::milliseconds> stall() override { return {}; }

  /// Reads commands after the end of the program, until `quit` or `back`.
  void ask_at_end();
  /// Set by `back`: how many steps the next run shall repeat.
  std::optional<std::size_t> back_to() const { return back_to_; }
  /// The steps so far, as far as they can be repeated.
  Schedule schedule() const;
  /// Why the schedule may not repeat this run, as a sentence; empty if it does.
  std::string why_not_repeatable() const;

 private:
  using Clock = std::chrono::steady_clock;

  /// Steps to take without asking.
  struct PendingCommand {
    std::uint64_t steps = 1;
    std::optional<Breakpoint> until;
  };

  void catch_up();
  void print_events();
  void prompt(std::string const& enter);
  std::optional<std::string> read_command(std::chrono::milliseconds at_most);
  std::optional<Choice> record_choice(Choice);
  std::optional<Choice> begin(SchedulerContext const&);
  std::optional<Choice> follow(SchedulerContext const&);
  std::optional<Choice> ask(SchedulerContext const&);
  void show(SchedulerContext const&);
  std::optional<Choice> execute(StepCommand const&, SchedulerContext const&);
  [[nodiscard]] bool execute_without_program(StepCommand const&);
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
  Step printed_ = 0;
  std::optional<Choice> last_;
  std::optional<PendingCommand> pending_command_;
  Clock::time_point last_move_ = Clock::now();
  std::string shown_;  ///< what is on the screen
  bool prompted_ = false;
  std::optional<std::string> pending_;  ///< a command that came while everybody ran freely

  bool free_ = false;
  bool quit_ = false;
  bool leaves_deadlock_ = false;
  std::optional<std::size_t> back_to_;
  std::optional<std::size_t> free_from_;  ///< steps made before everybody ran freely for the first time
  bool went_while_computing_ = false;     ///< an actor took a step while another one computed
};

}  // namespace qs::cli
