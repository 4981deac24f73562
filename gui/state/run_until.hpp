// "Run until": takes the proposed steps until a breakpoint is reached, the user stops it, the run deadlocks or the
// program ends. Nothing here draws.
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

  /// Starts from the present; a condition that already holds does not count. Refuses a line that is not a breakpoint.
  void begin(std::string const& line, Trace const& trace, SchedulerSnapshot const& table);
  void stop();       ///< by the user
  void run_ended();  ///< the program has ended
  void reset();      ///< another run is shown

  /// Checks the result of the last step. True if the proposed step should be taken now; call it again after that.
  bool wants_step(Trace const& trace, SchedulerSnapshot const& table);

  State state() const { return state_; }
  bool running() const { return state_ == State::running; }
  /// Whether words() still describes the run: no choice has been made since.
  bool news(SchedulerSnapshot const& table) const {
    if (state_ == State::idle || state_ == State::refused) return false;
    return running() || state_ == State::ended || table.steps == last_step_;
  }
  /// The breakpoint that it runs to, or last ran to.
  std::string const& line() const { return line_; }
  /// What it runs to, why it stopped, or why the line is not a breakpoint, as a sentence; "" before the first use.
  std::string words() const;

 private:
  void catch_up(Trace const& trace);

  State state_ = State::idle;
  std::string line_;
  std::string error_;
  std::optional<Breakpoint> breakpoint_;
  World world_;   ///< of all events so far
  World before_;  ///< at the previous check
  std::size_t first_step_ = 0, last_step_ = 0;
  std::optional<std::uint64_t> asked_;  ///< the snapshot's version when a step was last requested
};

}  // namespace qs::gui
