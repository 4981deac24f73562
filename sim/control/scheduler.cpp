#include "sim/control/scheduler.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/text/words.hpp"

namespace qs {

namespace {

bool is_process_id(Kind kind) {
  return kind == Kind::program_begin || kind == Kind::process_begin || kind == Kind::thread_begin;
}

/// Facts that the recorder learns from the kernel, if it is fast enough.
bool is_seen(Kind kind) { return kind == Kind::process_lost || kind == Kind::outside || kind == Kind::foreign_thread; }

bool same(Event const& a, Event const& b) {
  if (is_seen(a.kind)) return a.actor == b.actor && a.kind == b.kind;
  return a.actor == b.actor && a.kind == b.kind && a.detail == b.detail && a.object == b.object &&
         a.item() == b.item() && (a.argument == b.argument || is_process_id(a.kind));
}

}  // namespace

std::optional<Choice> default_choice(std::vector<Choice> const& enabled, std::optional<Choice> last) {
  if (enabled.empty()) return {};
  auto const is_go = [](Choice choice) { return choice.what == Choice::What::go; };
  if (last && is_go(*last) && std::find(enabled.begin(), enabled.end(), *last) != enabled.end()) return last;
  int const after = last && is_go(*last) ? last->actor : -1;
  auto const next = std::find_if(enabled.begin(), enabled.end(),
                                 [&](Choice choice) { return is_go(choice) && choice.actor > after; });
  return next != enabled.end() ? *next : enabled.front();
}

ScheduledRun::ScheduledRun(Trace const& recorded) : schedule_(schedule_of(recorded)), recorded_(recorded.decisions) {}

std::string ScheduledRun::difference(SchedulerContext const& now) const {
  if (recorded_.empty() || recorded_[step_].enabled == now.enabled) return "";
  return fmt::format(
      "at step {} other actors can go on than when the run was recorded (now {}; then {}): something that "
      "no schedule controls, such as the clock, a random number or another program, decides in it",
      step_ + 1, words(now.names, now.enabled), words(now.names, recorded_[step_].enabled));
}

std::optional<Choice> ScheduledRun::choose(SchedulerContext const& now) {
  if (!error_.empty()) return {};
  if (step_ >= schedule_.size()) {
    last_ = default_choice(now.enabled, last_);
    if (last_) ++step_;
    return last_;
  }
  if (now.enabled.empty() && schedule_[step_].what == Choice::What::go && !now.controller.deadlocked()) return {};
  NamedChoice const& wanted = schedule_[step_];
  Choice choice{wanted.what, wanted.what == Choice::What::time ? mp::trace::no_object : now.names.find(wanted.actor)};
  bool const possible = wanted.what == Choice::What::kill
                            ? choice.actor != mp::trace::no_object
                            : std::find(now.enabled.begin(), now.enabled.end(), choice) != now.enabled.end();
  error_ = difference(now);
  if (error_.empty() && !possible) {
    error_ = fmt::format("the schedule's step {} is {}, but only {} can go on there", step_ + 1, to_text({wanted}),
                         words(now.names, now.enabled));
  }
  if (!error_.empty()) return {};
  ++step_;
  if (choice.what != Choice::What::kill) last_ = choice;
  return choice;
}

Schedule schedule_of(Trace const& trace) {
  ActorNames names;
  names.update(trace.actors);
  Schedule schedule;
  for (Decision const& decision : trace.decisions) schedule.push_back(names.named(decision.choice));
  return schedule;
}

std::string words(ActorNames const& names, std::vector<Choice> const& choices) {
  std::vector<std::string> all;
  for (Choice const choice : choices) all.push_back(to_text({names.named(choice)}));
  return all.empty() ? "nobody" : listing(all, 8);
}

std::string first_difference(Trace const& recorded, Trace const& replayed) {
  Step const common = std::min(recorded.size(), replayed.size());
  for (Step step = 0; step < common; ++step) {
    if (same(recorded.at(step), replayed.at(step))) continue;
    return fmt::format("event {} was \"{}\" and is now \"{}\"", step + 1, sentence(recorded, step),
                       sentence(replayed, step));
  }
  if (recorded.size() == replayed.size()) return "";
  return fmt::format("there were {} and are now {}", count(recorded.size(), "event"), replayed.size());
}

}  // namespace qs
