#include "gui/state/interactive_session.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "sim/base/printable.hpp"
#include "sim/run/scenario_run.hpp"
#include "sim/scenarios/scenario.hpp"

namespace qs::gui {
namespace {

std::chrono::milliseconds whole(float milliseconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
}

/// One argument as a shell reads it, so that pasting a command from a trace runs nothing else.
std::string shell_argument(std::string const& argument) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=.,:/@%";
  std::string const text = printable(argument);
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string quoted = "'";
  for (char const character : text) character == '\'' ? quoted += "'\\''" : quoted += character;
  return quoted + "'";
}

std::string shell_words(std::vector<std::string> const& command) {
  std::string words;
  for (auto const& argument : command) words += " " + shell_argument(argument);
  return words;
}

}  // namespace

RunOptions program_to_repeat(RunFacts const& recorded) {
  auto const* scenario = scenarios::find(recorded.scenario);
  if (scenario == nullptr) return {};
  try {
    return scenario_run(*scenario, recorded.parameters);
  } catch (std::exception const&) {
    return {};  // a parameter or a value that it does not have
  }
}

std::string why_not_repeated(RunFacts const& recorded) {
  if (scenarios::find(recorded.scenario) != nullptr) {
    return fmt::format("The scenario {} cannot be run with the parameters in this trace.", recorded.scenario);
  }
  if (recorded.command.empty()) return "This trace does not say which program it recorded, so it cannot be run again.";
  return "The window does not execute commands from trace files. If you trust this one, run it in a terminal: "
         "queuescope step --" +
         shell_words(recorded.command);
}

void InteractiveSession::pace(RunMode pace) {
  if (pace != RunMode::stepped) running_pace_ = pace;
  pace_ = pace;
  if (hand_) hand_->pace(pace);
}

void InteractiveSession::pause_or_go_on() { pace(pace_ == RunMode::stepped ? running_pace_ : RunMode::stepped); }

void InteractiveSession::milliseconds(float time) {
  milliseconds_ = std::clamp(time, fastest, slowest);
  if (hand_) hand_->between_steps(whole(milliseconds_));
}

RunOptions InteractiveSession::hold(Schedule prefix) {
  if (!knows_program()) throw std::logic_error("there is no program that may be run again");
  prefix_ = prefix.size();
  hand_ = std::make_shared<InteractiveScheduler>(pace_, std::move(prefix));
  hand_->between_steps(whole(milliseconds_));
  table_ = hand_->snapshot();
  RunOptions options = program_;
  options.scheduler = hand_;
  return options;
}

RunOptions InteractiveSession::begin(RunOptions options) {
  if (options.command != program_.command) branches_.clear();
  program_ = std::move(options);
  program_.scheduler.reset();
  branches_.begin(no_branch, 0, {});
  return hold({});
}

void InteractiveSession::opened(RunOptions options, Schedule const& schedule, RunEnding ending) {
  hand_.reset();
  table_ = {};
  table_.decisions = schedule;
  table_.exact = schedule.size();
  program_ = std::move(options);
  branches_.clear();
  if (schedule.empty()) return;
  branches_.begin(no_branch, 0, schedule);
  branches_.end(ending);
}

RunOptions InteractiveSession::fork(std::size_t choices) {
  Schedule prefix = schedule();
  prefix.resize(std::min(choices, prefix.size()));
  branches_.begin(branches_.current(), prefix.size(), prefix);
  pace(RunMode::stepped);
  return hold(std::move(prefix));
}

RunOptions InteractiveSession::revisit(std::size_t branch) {
  branches_.revisit(branch);
  pace(RunMode::stepped);
  return hold(branches_.all()[branch].schedule);
}

bool InteractiveSession::update() {
  if (!hand_ || !hand_->changed_since(table_.version)) return false;
  table_ = hand_->snapshot();
  if (exact()) branches_.chosen(table_.decisions);
  if (table_.deadlocked) branches_.end(RunEnding::deadlock);
  if (!table_.error.empty() && pace_ != RunMode::stepped) pace(RunMode::stepped);
  return true;
}

void InteractiveSession::run_ended(RunEnding ending) {
  update();
  bool const stuck = table_.deadlocked;
  hand_.reset();
  table_.held = table_.prefix = table_.deadlocked = table_.computing = false;
  table_.status.clear();
  table_.enabled.clear();
  table_.proposed.reset();
  if (exact() && !table_.decisions.empty()) branches_.end(stuck ? RunEnding::deadlock : ending);
}

Schedule const& InteractiveSession::schedule() const { return table_.decisions; }

bool InteractiveSession::exact() const { return table_.exact == table_.decisions.size(); }

void InteractiveSession::choose(Choice choice) {
  if (hand_) hand_->choose(choice);
}

void InteractiveSession::choose_proposed() {
  if (hand_) hand_->choose_proposed();
}

}  // namespace qs::gui
