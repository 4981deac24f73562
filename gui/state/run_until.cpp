#include "gui/state/run_until.hpp"

#include <cctype>

#include <fmt/format.h>

#include "sim/text/words.hpp"

namespace qs::gui {

void RunUntil::begin(std::string const& line, Trace const& trace, SchedulerSnapshot const& table) {
  first_step_ = last_step_ = table.steps;
  asked_.reset();
  line_ = line;
  try {
    breakpoint_.emplace(line);
  } catch (BreakpointError const& error) {
    state_ = State::refused;
    error_ = error.what();
    error_.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(error_.front())));
    return;
  }
  line_ = breakpoint_->text();
  catch_up(trace);
  before_ = world_;
  breakpoint_->reached(trace, before_, world_, table.status);
  state_ = State::running;
}

void RunUntil::stop() {
  if (!running()) return;
  state_ = State::stopped;
  if (asked_) ++last_step_;  // the step requested last is still taken
}

void RunUntil::run_ended() {
  if (running()) state_ = State::ended;
}

void RunUntil::reset() { *this = RunUntil{}; }

void RunUntil::catch_up(Trace const& trace) {
  for (Step step = world_.step == no_step ? 0 : world_.step + 1; step < trace.size(); ++step)
    apply(world_, trace, step);
}

bool RunUntil::wants_step(Trace const& trace, SchedulerSnapshot const& table) {
  // A step in progress already counts as a decision, while its events may not have arrived yet.
  bool const still = table.held && !table.prefix && table.decisions.size() == table.steps;
  if (!running() || !still || trace.size() < table.events || asked_ == table.version) return false;
  last_step_ = table.steps;
  catch_up(trace);
  bool const reached = breakpoint_->reached(trace, before_, world_, table.status);
  before_ = world_;
  if (reached) state_ = State::reached;
  if (!reached && table.deadlocked) state_ = State::deadlock;
  if (!running() || !table.proposed) return false;
  asked_ = table.version;
  return true;
}

std::string RunUntil::words() const {
  std::string const steps = count(last_step_ - first_step_, "choice");
  switch (state_) {
    case State::idle: return "";
    case State::refused: return error_;
    case State::running: return fmt::format("Running until {}\u2026 {} so far", line_, steps);
    case State::reached: return fmt::format("Reached after {}: {}", steps, line_);
    case State::stopped: return fmt::format("Stopped after {}, before {}", steps, line_);
    case State::deadlock: return fmt::format("No one can go on after {}; not reached: {}", steps, line_);
    case State::ended: return fmt::format("The program ended after {}; not reached: {}", steps, line_);
  }
  return "";
}

}  // namespace qs::gui
