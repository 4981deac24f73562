#include "sim/hand.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <thread>

#include "sim/announced.hpp"
#include "sim/run.hpp"
#include "sim/scenario_run.hpp"
#include "sim/world.hpp"
#include "tests/sim/program.hpp"

using namespace qs;

namespace {

/// A window without a window: a run that a hand holds, and what has been seen of it.
struct Held {
  std::shared_ptr<Hand> hand;
  std::unique_ptr<LiveRun> run;
  Trace trace;

  explicit Held(std::string const& name, Pace pace, Schedule prefix = {},
                std::map<std::string, std::string> const& settings = {})
      : hand(std::make_shared<Hand>(pace, std::move(prefix))) {
    RunOptions options = scenario_run(*scenarios::find(name), settings);
    options.command.front() = scenario_program();
    options.supervisor = queuescope_program();
    options.output_to_stderr = true;
    options.scheduler = hand;
    run = std::make_unique<LiveRun>(std::move(options));
  }

  /// Looks until it is so, or the run is over, or long enough.
  template <typename True>
  bool wait(True&& true_of) {
    for (int look = 0; look < 20000; ++look) {
      bool const over = !run->running();
      run->take(trace);
      if (true_of(hand->table())) return true;
      if (over) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }
  bool choice_after(std::size_t steps) {
    return wait([&](Table const& table) {
      return table.held && table.steps == steps && table.proposed && trace.decisions.size() == steps;
    });
  }
  bool over() {
    wait([](Table const&) { return false; });
    return !run->running();
  }
};

}  // namespace

TEST_CASE("a hand: every step of a scenario is chosen from another thread, to its end") {
  Held held("sentinel", Pace::stepped);
  std::size_t steps = 0;
  while (held.choice_after(steps)) {
    Table const table = held.hand->table();
    REQUIRE(!table.enabled.empty());
    // Always the last in the order of actors who can go: never what would be proposed.
    Choice choice = table.enabled.front();
    for (Choice const each : table.enabled)
      if (each.what == Choice::What::go) choice = each;
    if (choice.what == Choice::What::go)
      CHECK(announced(held.trace, table.standing[choice.actor].next).find(" will ") != std::string::npos);
    held.hand->choose(choice);
    ++steps;
  }
  Table const last = held.hand->table();
  CAPTURE(to_text(last.decisions));
  CAPTURE(steps);
  CAPTURE(last.steps);
  CAPTURE(last.held);
  CAPTURE(last.enabled.size());
  CAPTURE(last.computing);
  REQUIRE(held.over());
  CHECK(held.run->result().facts.ending == "finished");
  CHECK(held.trace.decisions.size() == steps);
  CHECK(to_text(schedule_of(held.trace)) == to_text(held.hand->table().decisions));
  CHECK(held.hand->table().exact == steps);
}

TEST_CASE("a hand: the proposed step takes turns, and a paced run needs nobody") {
  Held held("sentinel", Pace::paced);
  held.hand->between_steps(std::chrono::milliseconds(1));
  REQUIRE(held.over());
  CHECK(held.run->result().facts.ending == "finished");
  CHECK(held.trace.decisions.size() > 10);
}

TEST_CASE("a hand: a prefix leads to where it led before, and then every step is chosen again") {
  Schedule taken;
  {
    Held first("sentinel", Pace::stepped);
    for (std::size_t step = 0; step < 12; ++step) {
      REQUIRE(first.choice_after(step));
      first.hand->choose_proposed();
    }
    REQUIRE(first.choice_after(12));
    taken = first.hand->table().decisions;
    first.run->stop();
  }
  Held again("sentinel", Pace::stepped, taken);
  REQUIRE(again.choice_after(12));
  CHECK(again.hand->table().error.empty());
  CHECK(again.hand->table().decisions == taken);
}

TEST_CASE("a hand: a prefix that cannot be followed stops there, with a sentence") {
  Held held("sentinel", Pace::free, parse_schedule("main,nobody-of-this-name"));
  REQUIRE(held.wait([](Table const& table) { return !table.error.empty(); }));
  CHECK(held.choice_after(1));
  CHECK(!held.hand->table().prefix);
}

TEST_CASE("a hand: free, paused, and free again") {
  Held held("sentinel", Pace::free, {}, {{"work_ms", "20"}});
  REQUIRE(held.wait([&](Table const& table) { return !table.held && held.trace.size() > 5; }));
  held.hand->pace(Pace::stepped);
  REQUIRE(held.wait([](Table const& table) { return table.held && !table.computing && table.proposed; }));
  Table const paused = held.hand->table();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(held.hand->table().events == paused.events);
  CHECK(paused.exact == 0);
  held.hand->pace(Pace::free);
  REQUIRE(held.over());
  CHECK(held.run->result().facts.ending == "finished");
}

TEST_CASE("a hand: a process is killed at a chosen step, and a run that is stuck stays") {
  Held held("join-before-drain", Pace::paced);
  held.hand->between_steps(std::chrono::milliseconds(0));
  REQUIRE(held.wait([](Table const& table) { return table.deadlocked; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  REQUIRE(held.run->running());
  Table const stuck = held.hand->table();
  ActorIndex victim = nobody;
  for (std::size_t actor = 0; actor < stuck.standing.size(); ++actor) {
    bool const process = held.trace.actors[actor].kind == ActorKind::process;
    if (actor > 0 && process && stuck.standing[actor].where != Standing::Where::gone)
      victim = static_cast<ActorIndex>(actor);
  }
  REQUIRE(victim != nobody);
  held.hand->choose({Choice::What::kill, victim});
  REQUIRE(held.wait([&](Table const& table) { return table.steps > stuck.steps + 1; }));
  held.run->stop();
  REQUIRE(held.over());
  CHECK(held.trace.decisions.size() > stuck.steps);
  CHECK(held.trace.decisions[stuck.steps].choice == Choice{Choice::What::kill, victim});
}
