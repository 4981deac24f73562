// A run under observation, and questions about the world at its end.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <string>

#include "sim/model/world.hpp"
#include "sim/run/run.hpp"
#include "sim/run/scenario_run.hpp"

namespace tests {

using qs::ActorState;
using qs::Resource;

struct Recorded {
  qs::Trace trace;
  qs::World end;
  qs::RunResult result;

  /// Whether a process may be killed between an effect and its event, so that an event can lack its cause.
  enum class Killed : std::uint8_t { at_rest, anywhere };

  explicit Recorded(qs::RunOptions options, Killed killed = Killed::at_rest) {
    options.supervisor = QUEUESCOPE_CLI;
    options.output_to_stderr = true;
    options.ring_events = 65536;
    qs::TraceBuilder builder(trace);
    std::atomic<bool> const never{false};
    result = qs::run_program(options, {&builder}, never);
    REQUIRE(result.error == "");
    CHECK(result.lost == 0);
    if (killed == Killed::at_rest) CHECK(result.forced == 0);
    for (qs::Step step = 0; step < trace.size(); ++step) apply(end, trace, step);
  }

  qs::RunEnding ending() const { return result.facts.ending; }

  qs::ActorIndex index(std::string const& name) const {
    auto const found = std::find_if(trace.actors.begin(), trace.actors.end(),
                                    [&](qs::ActorFacts const& actor) { return actor.name == name; });
    REQUIRE_MESSAGE(found != trace.actors.end(), "no actor " << name);
    return static_cast<qs::ActorIndex>(found - trace.actors.begin());
  }
  qs::ActorWorld const& actor(std::string const& name) const { return end.actors.at(index(name)); }
  bool waits(std::string const& name, Resource resource) const {
    return actor(name).state == ActorState::blocked && actor(name).waits_for == resource;
  }
  /// How many of the processes `prefix`-1, `prefix`-2, ... wait for the resource.
  int waiting(std::string const& prefix, Resource resource) const {
    int count = 0;
    for (std::size_t index = 0; index < trace.actors.size(); ++index) {
      bool const meant =
          trace.actors[index].name.starts_with(prefix + "-") && trace.actors[index].kind == qs::ActorKind::process;
      auto const& actor = end.actors.at(index);
      count += meant && actor.state == ActorState::blocked && actor.waits_for == resource;
    }
    return count;
  }
  qs::QueueWorld const& queue(std::string const& name) const {
    auto const found = std::find_if(end.queues.begin(), end.queues.end(),
                                    [&](qs::QueueWorld const& queue) { return queue.name == name; });
    REQUIRE_MESSAGE(found != end.queues.end(), "no queue " << name);
    return *found;
  }
  int noted(std::string const& text) const {
    int count = 0;
    for (qs::Step step = 0; step < trace.size(); ++step) {
      count += trace.at(step).kind == qs::Kind::note && trace.text(step).find(text) != std::string_view::npos;
    }
    return count;
  }
  int count(qs::Kind kind, qs::Outcome outcome) const {
    return static_cast<int>(std::count_if(trace.events.begin(), trace.events.end(), [&](qs::Event const& event) {
      return event.kind == kind && event.outcome() == outcome;
    }));
  }
};

inline Recorded record(std::string const& scenario, std::map<std::string, std::string> const& settings = {}) {
  auto const* const found = qs::scenarios::find(scenario);
  REQUIRE_MESSAGE(found != nullptr, "no scenario " << scenario);
  auto options = qs::scenario_run(*found, settings);
  options.command.front() = QUEUESCOPE_SCENARIO;
  if (!(found->hangs && settings.empty())) options.deadline.reset();  // the watchdog ends a hang
  return Recorded(std::move(options));
}

}  // namespace tests
