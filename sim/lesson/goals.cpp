#include "sim/lesson/goals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "sim/control/breakpoint.hpp"
#include "sim/lesson/questions.hpp"
#include "sim/model/items.hpp"
#include "sim/model/world.hpp"

namespace qs {

namespace {

World world_at_end(Trace const& trace) {
  World world;
  for (Step step = 0; step < trace.size(); ++step) apply(world, trace, step);
  return world;
}

/// empty() said True while an item that had been put was still in a buffer or in the pipe.
bool empty_lies(Trace const& trace, std::string_view queue) {
  World world;
  for (Step step = 0; step < trace.size(); ++step) {
    apply(world, trace, step);
    Event const& event = trace.at(step);
    if (event.kind != Kind::empty || event.argument == 0 || trace.queue_name(event.object) != queue) continue;
    bool const there = std::any_of(world.items.begin(), world.items.end(), [&](auto const& entry) {
      ItemWorld const& item = entry.second;
      return item.queue == event.object &&
             (item.place == ItemPlace::buffered || item.place == ItemPlace::feeding || item.place == ItemPlace::piped);
    });
    if (there) return true;
  }
  return false;
}

bool never_waits(Trace const& trace, std::string_view actor, std::string_view what) {
  return std::none_of(trace.events.begin(), trace.events.end(), [&](Event const& event) {
    return trace.name(event.actor) == actor && waits_for_others(event) && wait_words(trace, event) == what;
  });
}

std::string gets_of(Trace const& trace, std::string_view actor) {
  auto const gets = std::count_if(trace.events.begin(), trace.events.end(), [&](Event const& event) {
    return trace.name(event.actor) == actor && event.kind == Kind::get_end && event.outcome() == Outcome::ok;
  });
  return fmt::format("{}", gets);
}

bool at_some_time(Trace const& trace, std::string_view claim) {
  Breakpoint holds(claim);
  World before, now;
  for (Step step = 0; step < trace.size(); ++step) {
    apply(now, trace, step);
    if (holds.reached(trace, before, now, {})) return true;
    apply(before, trace, step);
  }
  return false;
}

bool parameter_is(Trace const& trace, std::string_view name, std::string_view value) {
  auto const found = trace.run.parameters.find(std::string(name));
  return found != trace.run.parameters.end() && found->second == value;
}

/// The two parts of "consumer never waits for an item" around " never waits for ".
struct Halves {
  std::string_view first, second;
};
std::optional<Halves> split(std::string_view text, std::string_view between) {
  auto const at = text.find(between);
  if (at == std::string_view::npos) return std::nullopt;
  return Halves{text.substr(0, at), text.substr(at + between.size())};
}
std::optional<std::string_view> behind(std::string_view text, std::string_view beginning) {
  if (!text.starts_with(beginning)) return std::nullopt;
  return text.substr(beginning.size());
}

}  // namespace

bool reached(std::string_view goal, Trace const& trace) {
  RunFacts const& run = trace.run;
  if (goal == "the run finishes") return run.ending == RunEnding::finished;
  if (goal == "the run hangs") return run.hung();
  if (goal == "the run fails") return run.ending == RunEnding::failed;
  if (goal == "an expectation fails") {
    return std::any_of(trace.events.begin(), trace.events.end(),
                       [](Event const& event) { return event.kind == Kind::expectation_failed; });
  }
  if (goal == "a process is killed") {
    return std::any_of(trace.decisions.begin(), trace.decisions.end(),
                       [](Decision const& decision) { return decision.choice.what == Choice::What::kill; });
  }
  if (goal == "items are lost") {
    ItemIndex const items(trace);
    auto const ways = items.ways();
    return std::any_of(ways.begin(), ways.end(),
                       [](ItemJourney const& way) { return !way.sentinel && !way.arrived(); });
  }
  constexpr std::string_view lies = ".empty() lies";
  if (goal.ends_with(lies)) return empty_lies(trace, goal.substr(0, goal.size() - lies.size()));
  if (auto const wait = split(goal, " never waits for ")) return never_waits(trace, wait->first, wait->second);
  if (auto const gets = split(goal, " gets "); gets && goal.ends_with(" times"))
    return gets_of(trace, gets->first) ==
           gets->second.substr(0, gets->second.size() - std::string_view(" times").size());
  if (auto const parameter = behind(goal, "parameter ")) {
    if (auto const value = split(*parameter, " is ")) return parameter_is(trace, value->first, value->second);
  }
  try {
    if (auto const claim = behind(goal, "at some time ")) return at_some_time(trace, *claim);
    if (auto const claim = behind(goal, "at no time ")) return !at_some_time(trace, *claim);
    Breakpoint at_end(goal);
    return at_end.reached(trace, World{}, world_at_end(trace), {});
  } catch (BreakpointError const&) {
    throw std::invalid_argument(
        fmt::format("'{}' is not a goal; write, for example, the run finishes, consumer-3 ended, jobs.empty() lies, an "
                    "expectation fails or a process is killed",
                    goal));
  }
}

}  // namespace qs
