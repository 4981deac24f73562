// Interactive control over the runs of one program: their pace, the scheduler of the live run, and the schedules tried
// so far. Nothing here draws.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gui/state/branches.hpp"
#include "sim/control/interactive_scheduler.hpp"
#include "sim/run/run.hpp"

namespace qs::gui {

/// Options that run an opened trace's scenario again. Empty unless it is a bundled scenario with valid parameters: a
/// trace is untrusted input, so its command is never executed.
RunOptions program_to_repeat(RunFacts const& recorded);
/// Why the run of an opened trace cannot be continued in the window, and what to do instead.
std::string why_not_repeated(RunFacts const& recorded);

class InteractiveSession {
 public:
  static constexpr float fastest = 5, slowest = 2000;  ///< ms between paced steps

  RunMode pace() const { return pace_; }
  void pace(RunMode pace);
  /// Pauses a free or paced run before the next operation of each actor; lets a paused one go on at its previous pace.
  void pause_or_go_on();
  float milliseconds() const { return milliseconds_; }
  void milliseconds(float time);

  /// Starts a program from its beginning. Returns the options to run it with, under a new scheduler.
  RunOptions begin(RunOptions options);
  /// A recording is shown. `options` run its program again; they are empty where that must not be done.
  void opened(RunOptions options, Schedule const& schedule, RunEnding ending);
  /// Runs the program again: follows the first `choices` of the shown schedule, then asks the user. Throws
  /// std::logic_error if the program is not known.
  RunOptions fork(std::size_t choices);
  RunOptions revisit(std::size_t branch);
  /// False for a trace whose program must not be started from here.
  bool knows_program() const { return !program_.command.empty(); }

  /// Fetches the scheduler's state; true if it has changed. Call it while the run is live.
  bool update();
  void run_ended(RunEnding ending);

  bool live() const { return hand_ != nullptr; }
  SchedulerSnapshot const& snapshot() const { return table_; }
  Branches const& branches() const { return branches_; }
  /// The schedule of the shown run, up to where it stops being reproducible.
  Schedule const& schedule() const;
  /// Whether the whole schedule reproduces the shown run, which it does if the run never went freely.
  bool exact() const;
  std::size_t prefix() const { return prefix_; }

  void choose(Choice choice);
  void choose_proposed();

 private:
  RunOptions hold(Schedule prefix);

  RunMode pace_ = RunMode::free;
  RunMode running_pace_ = RunMode::paced;  ///< the pace to return to from stepped
  float milliseconds_ = 200;
  RunOptions program_;
  std::shared_ptr<InteractiveScheduler> hand_;  ///< of the live run
  SchedulerSnapshot table_;                     ///< of the live run, or of the last one
  Branches branches_;
  std::size_t prefix_ = 0;
};

}  // namespace qs::gui
