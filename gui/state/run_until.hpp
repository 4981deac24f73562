// "Run until": the proposed step again and again, until a breakpoint is reached, the person stops it, nobody can go on
// or the program ends. Nothing here draws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "sim/control/breakpoint.hpp"
#include "sim/control/interactive_scheduler.hpp"
#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs::gui {

class RunUntil {
 public:
  enum class State : std::uint8_t { idle, refused, running, reached, stopped, deadlock, ended };

  /// From where the run stands: what already is so does not count. A line that is no breakpoint is refused.
  void begin(std::string const& line, Trace const& trace, SchedulerSnapshot const& table);
  void stop();       ///< by the person
  void run_ended();  ///< the program's end
  void reset();      ///< another run

  /// Looks at what came of the last step. True: the proposed one is to be chosen now; to be asked again after it.
  bool wants_step(Trace const& trace, SchedulerSnapshot const& table);

  State state() const { return state_; }
  bool running() const { return state_ == State::running; }
  /// Whether words() tells how the run stands: nothing has been chosen since.
  bool news(SchedulerSnapshot const& table) const {
    if (state_ == State::idle || state_ == State::refused) return false;
    return running() || state_ == State::ended || table.steps == last_step_;
  }
  /// What it waits for, or waited for last.
  std::string const& line() const { return line_; }
  /// What it waits for, why it stopped, or why the line is no breakpoint, as a sentence; "": nothing is to be said.
  std::string words() const;

 private:
  void catch_up(Trace const& trace);

  State state_ = State::idle;
  std::string line_;
  std::string error_;
  std::optional<Breakpoint> breakpoint_;
  World world_;   ///< of all events so far
  World before_;  ///< when it was looked at last
  std::size_t first_step_ = 0, last_step_ = 0;
  std::optional<std::uint64_t> asked_;  ///< the version of the table for which a step was wanted
};

}  // namespace qs::gui
