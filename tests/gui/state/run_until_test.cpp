#include "gui/state/run_until.hpp"

#include <doctest/doctest.h>

#include "tests/sim/support/story.hpp"

namespace {

using namespace qs;
using namespace qs::gui;
using State = RunUntil::State;

/// A held run without a program: events and what lies on the table are told by hand.
struct Told {
  testing::Story story;
  ActorIndex main = story.process("main");
  QueueIndex queue = story.queue(main, "jobs");
  SchedulerSnapshot table;
  RunUntil until;

  Told() {
    table.held = true;
    table.proposed = Choice{Choice::What::go, main};
    settle();
  }
  void settle() {
    table.events = story.trace().size();
    table.steps = table.decisions.size();
    ++table.version;
  }
  /// The step that was wanted is being made; nothing came of it yet.
  void choose() {
    table.decisions.push_back({Choice::What::go, "main"});
    ++table.version;
  }
  void begin(char const* line) { until.begin(line, story.trace(), table); }
  bool wants_step() { return until.wants_step(story.trace(), table); }
};

TEST_CASE("run until: takes steps until the condition holds") {
  Told told;
  told.begin("main blocked");
  for (int step = 0; step < 2; ++step) {
    REQUIRE(told.wants_step());
    CHECK(!told.wants_step());  // it has been asked for
    told.choose();
    CHECK(!told.wants_step());  // it is being made
    told.story.put(told.main, told.queue, "7");
    told.settle();
  }
  REQUIRE(told.wants_step());
  told.choose();
  told.story.blocked(told.main, Resource::pipe_data, told.queue);
  told.settle();
  CHECK(told.until.words().starts_with("Running until main blocked"));
  CHECK(!told.wants_step());
  CHECK(told.until.state() == State::reached);
  CHECK(told.until.words() == "Reached after 3 choices: main blocked");
  CHECK(told.until.news(told.table));
  told.choose();
  told.settle();
  CHECK(!told.until.news(told.table));
}

TEST_CASE("run until: a condition that already holds does not count, and pending events are awaited") {
  Told told;
  told.story.blocked(told.main, Resource::pipe_data, told.queue);
  told.settle();
  told.begin("main blocked");
  CHECK(told.wants_step());
  told.choose();
  told.settle();
  ++told.table.events;
  CHECK(!told.wants_step());
  --told.table.events;
  CHECK(told.wants_step());
}

TEST_CASE("run until: ends when the user stops it, at a deadlock or when the program ends") {
  Told told;
  told.begin("jobs.qsize > 3");
  CHECK(told.wants_step());
  told.choose();
  told.until.stop();
  told.settle();
  CHECK(told.until.state() == State::stopped);
  CHECK(!told.wants_step());
  CHECK(told.until.words() == "Stopped after 1 choice, before jobs.qsize > 3");
  CHECK(told.until.news(told.table));

  told.begin("jobs.qsize > 3");
  told.table.proposed.reset();
  CHECK(!told.wants_step());
  CHECK(told.until.running());  // somebody computes
  told.table.deadlocked = true;
  ++told.table.version;
  CHECK(!told.wants_step());
  CHECK(told.until.state() == State::deadlock);
  told.until.run_ended();
  CHECK(told.until.state() == State::deadlock);

  told.begin("jobs.qsize > 3");
  told.until.run_ended();
  CHECK(told.until.words() == "The program ended after 0 choices; not reached: jobs.qsize > 3");
}

TEST_CASE("run until: a malformed breakpoint is refused with one sentence") {
  Told told;
  told.begin("jobs.size > 3");
  CHECK(told.until.state() == State::refused);
  CHECK(!told.wants_step());
  CHECK(told.until.words().starts_with("'size' is not a property of a queue; use one of qsize"));
  CHECK(told.until.words().back() == '3');
}

}  // namespace
