// The person's part in the runs of one program: how they go on, the hand that holds the one that is live, and
// the ways taken so far. Nothing here draws.
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
  static constexpr float fastest = 5, slowest = 2000;  ///< ms between two paced steps

  RunMode pace() const { return pace_; }
  void pace(RunMode pace);
  /// Of a free or paced run: stop before everybody's next operation; of a held one: go on as it went before.
  void pause_or_go_on();
  float milliseconds() const { return milliseconds_; }
  void milliseconds(float time);

  /// Another program, or the same from its beginning: the options to run it, held by a new hand.
  RunOptions begin(RunOptions options);
  /// A recording of this program is shown: it can be led on from there.
  void opened(RunOptions options, Schedule const& schedule, std::string const& ending);
  /// The same program again: the first `choices` of the schedule that is shown, then the person's. Throws
  /// std::logic_error where the program is not known.
  RunOptions fork(std::size_t choices);
  RunOptions revisit(std::size_t branch);
  /// False for a trace whose program must not be started from here.
  bool knows_program() const { return !program_.command.empty(); }

  /// True: the table has changed. To be asked while the run is live.
  bool update();
  void run_ended(std::string const& ending);

  bool live() const { return hand_ != nullptr; }
  SchedulerSnapshot const& snapshot() const { return table_; }
  Branches const& branches() const { return branches_; }
  /// Of what is shown, as far as it leads to the same again.
  Schedule const& schedule() const;
  /// Whether all of the shown run's choices lead to the same again: it was never free.
  bool exact() const;
  std::size_t prefix() const { return prefix_; }

  void choose(Choice choice);
  void choose_proposed();

 private:
  RunOptions hold(Schedule prefix);

  RunMode pace_ = RunMode::free;
  RunMode running_pace_ = RunMode::paced;  ///< when it is not stepped
  float milliseconds_ = 200;
  RunOptions program_;
  std::shared_ptr<InteractiveScheduler> hand_;  ///< of the live run
  SchedulerSnapshot table_;                     ///< of the live run, or of the last one
  Branches branches_;
  std::size_t prefix_ = 0;
};

}  // namespace qs::gui
