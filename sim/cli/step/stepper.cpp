#include "sim/cli/step/stepper.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "sim/cli/console.hpp"
#include "sim/cli/step/step_view.hpp"
#include "sim/control/status_words.hpp"
#include "sim/diagnosis/diagnosis.hpp"
#include "sim/text/words.hpp"
#include "sim/trace/trace_file.hpp"

namespace qs::cli {

namespace {

using namespace std::chrono_literals;
using What = StepCommand::What;

/// How long an actor may compute before the others continue without it.
constexpr auto computing_timeout = 1s;
constexpr auto first_step_timeout = 5s;
constexpr auto poll_interval = 100ms;

bool somebody_computes(SchedulerContext const& now) {
  auto const& status = now.controller.status();
  return std::any_of(status.begin(), status.end(),
                     [](ActorStatus const& actor) { return actor.where == ActorStatus::Where::computing; });
}

bool deadlocked(SchedulerContext const& now) { return now.enabled.empty() && now.controller.deadlocked(); }

}  // namespace

Stepper::Stepper(LineInput& input, Trace const& trace, Colours colours, ScheduledRun beginning, std::size_t first)
    : input_(input), trace_(trace), colours_(colours), beginning_(std::move(beginning)), first_(first) {}

std::optional<Choice> Stepper::choose(SchedulerContext const& now) {
  if (quit_ || back_to_ || leaves_deadlock_) return {};
  catch_up();
  bool const at_the_beginning = trace_.decisions.size() < first_ && beginning_.error().empty();
  auto const timeout = at_the_beginning ? first_step_timeout : computing_timeout;
  if (somebody_computes(now) && Clock::now() - last_move_ < timeout) return {};
  if (at_the_beginning) return begin(now);
  print_events();
  if (pending_command_) {
    if (auto const choice = follow(now)) return record_choice(*choice);
    if (pending_command_) return {};
  }
  if (auto const choice = ask(now)) {
    went_while_computing_ = went_while_computing_ || (choice->what != Choice::What::kill && somebody_computes(now));
    return record_choice(*choice);
  }
  return {};
}

std::optional<Choice> Stepper::begin(SchedulerContext const& now) {
  if (auto const choice = beginning_.choose(now)) {
    printed_ = trace_.size();  // of the repeated steps, only the last one is shown
    return record_choice(*choice);
  }
  if (!beginning_.error().empty()) print(fmt::format("  {}.\n", beginning_.error()));
  return {};
}

std::optional<Choice> Stepper::record_choice(Choice choice) {
  before_ = world_;
  last_ = choice;
  last_move_ = Clock::now();
  return choice;
}

void Stepper::catch_up() {
  for (Step step = world_.step == no_step ? 0 : world_.step + 1; step < trace_.size(); ++step) {
    apply(world_, trace_, step);
  }
}

void Stepper::print_events() {
  if (printed_ < trace_.size()) print(event_lines(trace_, printed_));
  printed_ = trace_.size();
}

/// Takes default steps until the pending command is done.
std::optional<Choice> Stepper::follow(SchedulerContext const& now) {
  if (pending_command_->until && pending_command_->until->reached(trace_, before_, world_, now.controller.status())) {
    print(fmt::format("  Reached: {}.\n", pending_command_->until->text()));
    pending_command_.reset();
    return {};
  }
  bool const interrupted = input_.terminal() && read_command(0ms);
  if (pending_command_->steps == 0 || interrupted || deadlocked(now)) {
    pending_command_.reset();
    return {};
  }
  auto const choice = default_choice(now.enabled, last_);
  if (!choice) return {};
  --pending_command_->steps;
  went_while_computing_ = went_while_computing_ || somebody_computes(now);
  return choice;
}

std::optional<Choice> Stepper::ask(SchedulerContext const& now) {
  bool const stuck = deadlocked(now);
  // An actor computes or is about to exit. A pipe can wait for that; a user may want to do something meanwhile.
  if (now.enabled.empty() && !stuck && (!input_.terminal() || now.controller.all_gone())) return {};
  show(now);
  auto const by_default = default_choice(now.enabled, last_);
  prompt(by_default ? to_text({now.names.named(*by_default)}) : "");
  auto const line = read_command(poll_interval);
  if (!line) {
    if (input_.ended()) quit(stuck);
    return {};
  }
  try {
    return execute(parse_step_command(*line), now);
  } catch (UsageError const& error) {
    print(fmt::format("  {}\n", error.what()));
    return {};
  }
}

void Stepper::show(SchedulerContext const& now) {
  std::string view = step_view(now, trace_, world_, colours_);
  if (deadlocked(now)) view += "\nDeadlock: no one can take a step. " + to_text(diagnose(trace_, world_));
  view += fmt::format("{}", trace_.decisions.size());  // the same view after another step is shown again
  if (view == shown_) return;
  shown_ = std::move(view);
  if (prompted_) print("\n");
  print("\n" + shown_.substr(0, shown_.find_last_of('\n') + 1));
  prompted_ = false;
}

void Stepper::prompt(std::string const& enter) {
  if (prompted_) return;
  prompted_ = true;
  std::string const text = enter.empty() ? fmt::format("{}> ", trace_.decisions.size())
                                         : fmt::format("{} [{}]> ", trace_.decisions.size(), enter);
  print(colours_ == Colours::yes ? fmt::format("\033[1m{}\033[0m", text) : text);
}

std::optional<std::string> Stepper::read_command(std::chrono::milliseconds at_most) {
  auto line = pending_ ? std::exchange(pending_, {}) : input_.line(at_most);
  if (!line) return {};
  prompted_ = false;
  if (!input_.terminal()) print(*line + "\n");  // so that the output reads like a session
  return line;
}

void Stepper::watch(SchedulerContext const&) {
  catch_up();
  print_events();
  before_ = world_;
  last_move_ = Clock::now();
  auto const line = input_.line(0ms);
  if (!line && !input_.ended()) return;
  free_ = false;
  if (!line) return quit(false);
  bool const only_pause = line->empty() || *line == "pause";
  if (!only_pause) pending_ = line;
  print("  Paused.\n");
}

std::optional<Choice> Stepper::execute(StepCommand const& command, SchedulerContext const& now) {
  if (execute_without_program(command)) return {};
  switch (command.what) {
    case What::go: return chosen(command.word, now);
    case What::kill: return killed(command.word, now);
    case What::time:
      if (!now.controller.time_can_pass()) throw UsageError("no one is waiting for a deadline.");
      return Choice{Choice::What::time};
    case What::next: pending_command_ = PendingCommand{.steps = command.number, .until = {}}; break;
    case What::run:
      pending_command_ = PendingCommand{.steps = std::numeric_limits<std::uint64_t>::max(), .until = {}};
      break;
    case What::until:
      try {
        pending_command_ =
            PendingCommand{.steps = std::numeric_limits<std::uint64_t>::max(), .until = Breakpoint(command.word)};
      } catch (BreakpointError const& error) {
        throw UsageError(fmt::format("{}.", error.what()));
      }
      break;
    case What::free:
      free_from_ = repeatable();
      free_ = true;
      print("  Everybody runs freely; Enter pauses.\n");
      return {};
    case What::quit: quit(deadlocked(now)); return {};
    default: return {};
  }
  if (deadlocked(now)) {
    pending_command_.reset();
    throw UsageError("no one can take a step; back, kill NAME, why and quit are still possible");
  }
  before_ = world_;  // a condition that already holds does not count for `until`
  return follow(now);
}

/// Executes commands that need no running program; false for any other.
bool Stepper::execute_without_program(StepCommand const& command) {
  switch (command.what) {
    case What::back: go_back(command.number); return true;
    case What::why: print(to_text(diagnose(trace_, world_))); return true;
    case What::schedule: print(fmt::format("  {}\n", to_text(schedule()))); return true;
    case What::help: print(step_help()); return true;
    case What::save: try { write_trace(trace_, command.word);
      } catch (TraceError const& error) {
        throw UsageError(fmt::format("{}.", error.what()));
      }
      print(fmt::format("  {} in {}. To watch it: queuescope view {}\n", count(trace_.size(), "event"), command.word,
                        command.word));
      return true;
    default: return false;
  }
}

void Stepper::ask_at_end() {
  catch_up();
  print_events();
  prompted_ = false;
  while (!input_.ended() && !back_to_) {
    if (!prompted_) print(fmt::format("{}, ended> ", trace_.decisions.size()));
    prompted_ = true;
    auto const line = read_command(poll_interval);
    if (!line) {
      if (input_.interrupted()) return;
      continue;
    }
    try {
      auto const command = parse_step_command(*line);
      if (command.what == What::quit || line->empty()) return;
      if (!execute_without_program(command)) throw UsageError("the program has ended; use back N or quit.");
    } catch (UsageError const& error) {
      print(fmt::format("  {}\n", error.what()));
    }
  }
}

Choice Stepper::chosen(std::string const& who, SchedulerContext const& now) const {
  std::size_t number = 0;
  auto const [end, error] = std::from_chars(who.data(), who.data() + who.size(), number);
  if (error == std::errc() && end == who.data() + who.size()) {
    if (number == 0 || number > now.enabled.size()) {
      throw UsageError(now.enabled.empty()
                           ? "no one can take a step"
                           : fmt::format("'{}' is not in the list; choose 1 to {}.", who, now.enabled.size()));
    }
    return now.enabled[number - 1];
  }
  Choice const choice{Choice::What::go, actor_called(who, now)};
  if (std::find(now.enabled.begin(), now.enabled.end(), choice) == now.enabled.end()) {
    auto const& status = now.controller.status();
    std::string const stands =
        choice.actor < status.size() ? status_words(trace_, world_, choice.actor, status[choice.actor]) : "not started";
    throw UsageError(fmt::format("{} cannot go: {}.", who, stands));
  }
  return choice;
}

Choice Stepper::killed(std::string const& whom, SchedulerContext const& now) const {
  ActorIndex const actor = actor_called(whom, now);
  auto const& status = now.controller.status();
  ActorIndex const process = actor < status.size() ? status[actor].process : actor;
  bool const there = process < status.size() && status[process].where != ActorStatus::Where::gone &&
                     status[process].where != ActorStatus::Where::unborn;
  if (!there) throw UsageError(fmt::format("there is no process '{}' to kill.", whom));
  return {Choice::What::kill, process};
}

ActorIndex Stepper::actor_called(std::string const& name, SchedulerContext const& now) const {
  if (auto const actor = now.names.find(name); actor != mp::trace::no_object) return actor;
  std::vector<std::string> known = step_command_names();
  for (std::size_t index = 0; index < now.actors.size(); ++index) {
    if (now.actors[index].name == name) return static_cast<ActorIndex>(index);
    known.push_back(now.names.name(static_cast<ActorIndex>(index)));
  }
  throw UsageError(
      fmt::format("there is no actor or command '{}'.{} help lists the commands.", name, did_you_mean(name, known)));
}

/// How many of the steps so far a schedule can repeat.
std::size_t Stepper::repeatable() const {
  return std::min(trace_.decisions.size(), free_from_.value_or(trace_.decisions.size()));
}

void Stepper::go_back(std::uint64_t steps) {
  std::size_t const last = repeatable();
  if (free_from_) --steps;  // the free run is the last of them
  if (last == 0 && !free_from_) throw UsageError("already at the first step.");
  back_to_ = last - std::min<std::uint64_t>(steps, last);
}

void Stepper::quit(bool at_deadlock) { (at_deadlock ? leaves_deadlock_ : quit_) = true; }

Schedule Stepper::schedule() const {
  Schedule all = schedule_of(trace_);
  all.resize(std::min(all.size(), repeatable()));
  return all;
}

std::string Stepper::why_not_repeatable() const {
  if (free_from_) return fmt::format("After step {} everybody ran freely, which no schedule can repeat.", *free_from_);
  if (went_while_computing_)
    return "A step was taken while another actor was computing, so the schedule may not repeat the run exactly.";
  return "";
}

}  // namespace qs::cli
