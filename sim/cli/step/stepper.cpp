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

/// How long somebody may compute before the others go on without it.
constexpr auto computing_timeout = 1s;
constexpr auto first_step_timeout = 5s;
constexpr auto between_looks = 100ms;

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
  if (somebody_computes(now) && Clock::now() - moved_ < timeout) return {};
  if (at_the_beginning) return begin(now);
  tell_events();
  if (order_) {
    if (auto const choice = follow(now)) return took(*choice);
    if (order_) return {};
  }
  if (auto const choice = ask(now)) {
    hasty_ = hasty_ || (choice->what != Choice::What::kill && somebody_computes(now));
    return took(*choice);
  }
  return {};
}

std::optional<Choice> Stepper::begin(SchedulerContext const& now) {
  if (auto const choice = beginning_.choose(now)) {
    told_ = trace_.size();  // only the last step's events are news
    return took(*choice);
  }
  if (!beginning_.error().empty()) print(fmt::format("  {}.\n", beginning_.error()));
  return {};
}

std::optional<Choice> Stepper::took(Choice choice) {
  before_ = world_;
  last_ = choice;
  moved_ = Clock::now();
  return choice;
}

void Stepper::catch_up() {
  for (Step step = world_.step == no_step ? 0 : world_.step + 1; step < trace_.size(); ++step) {
    apply(world_, trace_, step);
  }
}

void Stepper::tell_events() {
  if (told_ < trace_.size()) print(event_lines(trace_, told_));
  told_ = trace_.size();
}

/// Steps by default, as far as the order says.
std::optional<Choice> Stepper::follow(SchedulerContext const& now) {
  if (order_->until && order_->until->reached(trace_, before_, world_, now.controller.status())) {
    print(fmt::format("  Reached: {}.\n", order_->until->text()));
    order_.reset();
    return {};
  }
  bool const interrupted = input_.terminal() && read_command(0ms);
  if (order_->steps == 0 || interrupted || deadlocked(now)) {
    order_.reset();
    return {};
  }
  auto const choice = default_choice(now.enabled, last_);
  if (!choice) return {};
  --order_->steps;
  hasty_ = hasty_ || somebody_computes(now);
  return choice;
}

std::optional<Choice> Stepper::ask(SchedulerContext const& now) {
  bool const stuck = deadlocked(now);
  // Somebody computes or is about to be gone. A pipe can wait for that; a person may want to do something.
  if (now.enabled.empty() && !stuck && (!input_.terminal() || now.controller.all_gone())) return {};
  show(now);
  auto const by_default = default_choice(now.enabled, last_);
  prompt(by_default ? to_text({now.names.named(*by_default)}) : "");
  auto const line = read_command(between_looks);
  if (!line) {
    if (input_.ended()) quit(stuck);
    return {};
  }
  try {
    return obey(parse_step_command(*line), now);
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
  if (!input_.terminal()) print(*line + "\n");  // so that what was written reads like a session
  return line;
}

void Stepper::watch(SchedulerContext const&) {
  catch_up();
  tell_events();
  before_ = world_;
  moved_ = Clock::now();
  auto const line = input_.line(0ms);
  if (!line && !input_.ended()) return;
  free_ = false;
  if (!line) return quit(false);
  bool const only_pause = line->empty() || *line == "pause";
  if (!only_pause) pending_ = line;
  print("  Paused.\n");
}

std::optional<Choice> Stepper::obey(StepCommand const& command, SchedulerContext const& now) {
  if (obey_anywhere(command)) return {};
  switch (command.what) {
    case What::go: return chosen(command.word, now);
    case What::kill: return killed(command.word, now);
    case What::time:
      if (!now.controller.time_can_pass()) throw UsageError("nobody waits for a deadline.");
      return Choice{Choice::What::time};
    case What::next: order_ = PendingCommand{.steps = command.number, .until = {}}; break;
    case What::run: order_ = PendingCommand{.steps = std::numeric_limits<std::uint64_t>::max(), .until = {}}; break;
    case What::until:
      try {
        order_ = PendingCommand{.steps = std::numeric_limits<std::uint64_t>::max(), .until = Breakpoint(command.word)};
      } catch (BreakpointError const& error) {
        throw UsageError(fmt::format("{}.", error.what()));
      }
      break;
    case What::free:
      free_from_ = repeatable();
      free_ = true;
      print("  Everybody runs free; Enter pauses.\n");
      return {};
    case What::quit: quit(deadlocked(now)); return {};
    default: return {};
  }
  if (deadlocked(now)) {
    order_.reset();
    throw UsageError("no one can take a step; back, kill NAME, why and quit are still possible");
  }
  before_ = world_;  // what is so already does not count for `until`
  return follow(now);
}

/// Those that need no running program. False: it is none of them.
bool Stepper::obey_anywhere(StepCommand const& command) {
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
  tell_events();
  prompted_ = false;
  while (!input_.ended() && !back_to_) {
    if (!prompted_) print(fmt::format("{}, ended> ", trace_.decisions.size()));
    prompted_ = true;
    auto const line = read_command(between_looks);
    if (!line) {
      if (input_.interrupted()) return;
      continue;
    }
    try {
      auto const command = parse_step_command(*line);
      if (command.what == What::quit || line->empty()) return;
      if (!obey_anywhere(command)) throw UsageError("the program is over; back N goes back, quit ends.");
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
      throw UsageError(now.enabled.empty() ? "no one can take a step"
                                           : fmt::format("the list has 1 to {}.", now.enabled.size()));
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
  if (!there) throw UsageError(fmt::format("{} is no process that is there.", whom));
  return {Choice::What::kill, process};
}

ActorIndex Stepper::actor_called(std::string const& name, SchedulerContext const& now) const {
  if (auto const actor = now.names.find(name); actor != mp::trace::no_object) return actor;
  std::vector<std::string> known = step_command_names();
  for (std::size_t index = 0; index < now.actors.size(); ++index) {
    if (now.actors[index].name == name) return static_cast<ActorIndex>(index);
    known.push_back(now.names.name(static_cast<ActorIndex>(index)));
  }
  throw UsageError(fmt::format("there is no actor and no command '{}'.{} help lists the commands.", name,
                               did_you_mean(name, known)));
}

/// How many of the steps so far a schedule can bring again.
std::size_t Stepper::repeatable() const {
  return std::min(trace_.decisions.size(), free_from_.value_or(trace_.decisions.size()));
}

void Stepper::go_back(std::uint64_t steps) {
  std::size_t const last = repeatable();
  if (free_from_) --steps;  // running free is the last of them
  if (last == 0 && !free_from_) throw UsageError("this is the beginning.");
  back_to_ = last - std::min<std::uint64_t>(steps, last);
}

void Stepper::quit(bool at_deadlock) { (at_deadlock ? leaves_deadlock_ : quit_) = true; }

Schedule Stepper::schedule() const {
  Schedule all = schedule_of(trace_);
  all.resize(std::min(all.size(), repeatable()));
  return all;
}

std::string Stepper::doubt() const {
  if (free_from_) return fmt::format("After step {} everybody ran free, which no schedule repeats.", *free_from_);
  if (hasty_) return "Somebody went while another one computed, which no schedule repeats for certain.";
  return "";
}

}  // namespace qs::cli
