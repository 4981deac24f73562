#include "gui/stage/stage_actors.hpp"

#include <doctest/doctest.h>

#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::gui;
using qs::testing::Story;

namespace {

Side side_of(StageActors const& cast, ActorIndex actor) {
  for (auto const& player : cast.players())
    if (player.actor == actor) return player.side;
  FAIL("not on the stage");
  return Side::bottom;
}

StageActors cast_of(Story const& story) {
  StageActors cast;
  cast.update(story.trace());
  return cast;
}

}  // namespace

TEST_CASE("hardened queues and simple queues have no feeders") {
  using mp::trace::QueueClass;
  Story story;
  auto const main = story.process("main");
  story.queue(main, "classic");
  story.queue(main, "line", QueueClass::joinable, 3, mp::Mechanism::hardened);
  story.queue(main, "simple", QueueClass::simple);
  auto const cast = cast_of(story);
  REQUIRE(cast.queues().size() == 3);
  CHECK(cast.queues()[0].has_feeders());
  CHECK(cast.queues()[1].hardened());
  CHECK(cast.queues()[1].joinable());
  CHECK_FALSE(cast.queues()[1].has_feeders());
  CHECK_FALSE(cast.queues()[2].has_feeders());
}

TEST_CASE("producers are on the left, consumers on the right, others below") {
  Story story;
  auto const main = story.process("main"), jobs = story.queue(main, "jobs");
  auto const maker = story.process("maker", main), taker = story.process("taker", main);
  story.put(maker, jobs);
  story.begin_get(taker, jobs);
  StageActors const cast = cast_of(story);
  CHECK(side_of(cast, maker) == Side::left);
  CHECK(side_of(cast, taker) == Side::right);
  CHECK(side_of(cast, main) == Side::bottom);
  REQUIRE(cast.queues().size() == 1);
  CHECK_FALSE(cast.queues()[0].leftward);
  CHECK(cast.queues()[0].name == "jobs");
}

TEST_CASE("a queue of results flows back, so that no actor changes sides") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs"), results = story.queue(main, "results");
  auto const worker = story.process("worker", main);
  auto const job = story.put(main, jobs);
  story.get(worker, jobs, job);
  story.put(worker, results);
  story.begin_get(main, results);
  StageActors const cast = cast_of(story);
  CHECK(side_of(cast, main) == Side::left);
  CHECK(side_of(cast, worker) == Side::right);
  CHECK_FALSE(cast.queues()[0].leftward);
  CHECK(cast.queues()[1].leftward);
}

TEST_CASE("an actor that puts and gets on one queue is below it") {
  Story story;
  auto const main = story.process("main"), jobs = story.queue(main, "jobs");
  story.get(main, jobs, story.put(main, jobs));
  CHECK(side_of(cast_of(story), main) == Side::bottom);
}

TEST_CASE("a child that never reached its get is placed with its siblings") {
  Story story;
  auto const main = story.process("main"), jobs = story.queue(main, "jobs");
  auto const first = story.process("consumer-1", main), second = story.process("consumer-2", main);
  auto const watcher = story.process("watcher", main);
  story.begin_get(first, jobs);
  StageActors const cast = cast_of(story);
  CHECK(side_of(cast, second) == Side::right);
  CHECK(side_of(cast, watcher) == Side::bottom);
}

TEST_CASE("feeders are not stage actors, and incremental updates equal a whole one") {
  Story story;
  StageActors growing;
  auto const main = story.process("main"), jobs = story.queue(main, "jobs");
  CHECK(growing.update(story.trace()));
  auto const item = story.put(main, jobs);
  CHECK(growing.update(story.trace()));
  auto const feeder = story.feeder(main, jobs);
  growing.update(story.trace());
  story.feed(feeder, jobs, item);
  CHECK_FALSE(growing.update(story.trace()));
  auto const taker = story.process("taker", main);
  story.get(taker, jobs, item);
  CHECK(growing.update(story.trace()));
  StageActors const whole = cast_of(story);
  REQUIRE(growing.players().size() == 2);
  REQUIRE(whole.players().size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(growing.players()[i].actor == whole.players()[i].actor);
    CHECK(growing.players()[i].side == whole.players()[i].side);
    CHECK(growing.players()[i].puts == whole.players()[i].puts);
  }
}
