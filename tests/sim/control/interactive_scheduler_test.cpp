#include "sim/control/interactive_scheduler.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>

#include "sim/model/world.hpp"
#include "sim/run/run.hpp"
#include "sim/run/scenario_run.hpp"
#include "sim/text/announced.hpp"
#include "tests/sim/support/program.hpp"

using namespace qs;

namespace {

/// A run under an interactive scheduler, and the part of its trace received so far.
struct Held {
  std::shared_ptr<InteractiveScheduler> hand;
  std::unique_ptr<LiveRun> run;
  Trace trace;

  explicit Held(std::string const& name, RunMode pace, Schedule prefix = {},
                std::map<std::string, std::string> const& settings = {})
      : hand(std::make_shared<InteractiveScheduler>(pace, std::move(prefix))) {
    RunOptions options = scenario_run(*scenarios::find(name), settings);
    options.command.front() = scenario_program();
    options.supervisor = queuescope_program();
    options.output_to_stderr = true;
    options.scheduler = hand;
    run = std::make_unique<LiveRun>(std::move(options));
  }

  /// Waits until the condition holds; false if the run ends first, or after 20 s.
  template <typename True>
  bool wait(True&& true_of) {
    for (int look = 0; look < 20000; ++look) {
      bool const over = !run->running();
      run->take(trace);
      if (true_of(hand->snapshot())) return true;
      if (over) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }
  bool choice_after(std::size_t steps) {
    return wait([&](SchedulerSnapshot const& table) {
      return table.held && table.steps == steps && table.proposed && trace.decisions.size() == steps;
    });
  }
  bool over() {
    wait([](SchedulerSnapshot const&) { return false; });
    return !run->running();
  }
};

}  // namespace

TEST_CASE("interactive scheduler: every step of a scenario can be chosen from another thread") {
  Held held("sentinel", RunMode::stepped);
  std::size_t steps = 0;
  while (held.choice_after(steps)) {
    SchedulerSnapshot const table = held.hand->snapshot();
    REQUIRE(!table.enabled.empty());
    // Always the last enabled actor, never the proposed one.
    Choice choice = table.enabled.front();
    for (Choice const each : table.enabled)
      if (each.what == Choice::What::go) choice = each;
    if (choice.what == Choice::What::go)
      CHECK(!next_operation(held.trace, table.status[choice.actor].next, Length::whole).empty());
    held.hand->choose(choice);
    ++steps;
  }
  SchedulerSnapshot const last = held.hand->snapshot();
  CAPTURE(to_text(last.decisions));
  CAPTURE(steps);
  CAPTURE(last.steps);
  CAPTURE(last.held);
  CAPTURE(last.enabled.size());
  CAPTURE(last.computing);
  REQUIRE(held.over());
  CHECK(held.run->result().facts.ending == RunEnding::finished);
  CHECK(held.trace.decisions.size() == steps);
  CHECK(to_text(schedule_of(held.trace)) == to_text(held.hand->snapshot().decisions));
  CHECK(held.hand->snapshot().exact == steps);
}

TEST_CASE("interactive scheduler: a paced run takes the proposed steps by itself") {
  Held held("sentinel", RunMode::paced);
  held.hand->between_steps(std::chrono::milliseconds(1));
  REQUIRE(held.over());
  CHECK(held.run->result().facts.ending == RunEnding::finished);
  CHECK(held.trace.decisions.size() > 10);
}

TEST_CASE("interactive scheduler: a prefix is replayed, and then every step is chosen again") {
  Schedule taken;
  {
    Held first("sentinel", RunMode::stepped);
    for (std::size_t step = 0; step < 12; ++step) {
      REQUIRE(first.choice_after(step));
      first.hand->choose_proposed();
    }
    REQUIRE(first.choice_after(12));
    taken = first.hand->snapshot().decisions;
    first.run->stop();
  }
  Held again("sentinel", RunMode::stepped, taken);
  REQUIRE(again.choice_after(12));
  CHECK(again.hand->snapshot().error.empty());
  CHECK(again.hand->snapshot().decisions == taken);
}

TEST_CASE("interactive scheduler: a prefix that cannot be followed stops there with an error") {
  Held held("sentinel", RunMode::free, parse_schedule("main,nobody-of-this-name"));
  REQUIRE(held.wait([](SchedulerSnapshot const& table) { return !table.error.empty(); }));
  CHECK(held.choice_after(1));
  CHECK(!held.hand->snapshot().prefix);
}

TEST_CASE("interactive scheduler: a free run is paused and set free again") {
  Held held("sentinel", RunMode::free, {}, {{"work_ms", "20"}});
  REQUIRE(held.wait([&](SchedulerSnapshot const& table) { return !table.held && held.trace.size() > 5; }));
  held.hand->pace(RunMode::stepped);
  REQUIRE(held.wait([](SchedulerSnapshot const& table) { return table.held && !table.computing && table.proposed; }));
  SchedulerSnapshot const paused = held.hand->snapshot();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(held.hand->snapshot().events == paused.events);
  CHECK(paused.exact == 0);
  held.hand->pace(RunMode::free);
  REQUIRE(held.over());
  CHECK(held.run->result().facts.ending == RunEnding::finished);
}

TEST_CASE("interactive scheduler: a deadlocked run stays, and a process can be killed in it") {
  Held held("join-before-drain", RunMode::paced);
  held.hand->between_steps(std::chrono::milliseconds(0));
  REQUIRE(held.wait([](SchedulerSnapshot const& table) { return table.deadlocked; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  REQUIRE(held.run->running());
  SchedulerSnapshot const stuck = held.hand->snapshot();
  ActorIndex victim = nobody;
  for (std::size_t actor = 0; actor < stuck.status.size(); ++actor) {
    bool const process = held.trace.actors[actor].kind == ActorKind::process;
    if (actor > 0 && process && stuck.status[actor].where != ActorStatus::Where::gone)
      victim = static_cast<ActorIndex>(actor);
  }
  REQUIRE(victim != nobody);
  held.hand->choose({Choice::What::kill, victim});
  REQUIRE(held.wait([&](SchedulerSnapshot const& table) { return table.steps > stuck.steps + 1; }));
  held.run->stop();
  REQUIRE(held.over());
  CHECK(held.trace.decisions.size() > stuck.steps);
  CHECK(held.trace.decisions[stuck.steps].choice == Choice{Choice::What::kill, victim});
}
