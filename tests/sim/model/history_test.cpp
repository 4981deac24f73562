#include <doctest/doctest.h>

#include <random>

#include "sim/model/world.hpp"
#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::testing;

namespace {

void check_same(World const& a, World const& b) {
  REQUIRE(a.step == b.step);
  CHECK(a.time == b.time);
  CHECK(a.items.size() == b.items.size());
  REQUIRE(a.queues.size() == b.queues.size());
  for (std::size_t i = 0; i < a.queues.size(); ++i) {
    CHECK(a.queues[i].pipe_bytes == b.queues[i].pipe_bytes);
    CHECK(a.queues[i].pipe.size() == b.queues[i].pipe.size());
    CHECK(a.queues[i].puts == b.queues[i].puts);
    CHECK(a.queues[i].gets == b.queues[i].gets);
  }
  REQUIRE(a.actors.size() == b.actors.size());
  for (std::size_t i = 0; i < a.actors.size(); ++i) CHECK(a.actors[i].last_step == b.actors[i].last_step);
}

struct Busy {
  Story story;
  ActorIndex main = story.process("main");
  QueueIndex jobs = story.queue(main, "jobs");
  ActorIndex feeder = story.feeder(main, jobs);
  void run(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      auto const item = story.put(main, jobs);
      story.feed(feeder, jobs, item);
      story.get(main, jobs, item);
    }
  }
};

}  // namespace

TEST_CASE("jumping to a step gives the same world as folding every event up to it") {
  Busy busy;
  busy.run(3000);
  auto const& trace = busy.story.trace();
  std::vector<Step> wanted;
  std::mt19937 random(3);
  for (int i = 0; i < 40; ++i) wanted.push_back(static_cast<Step>(random() % trace.size()));
  History jumping(trace);
  CHECK(jumping.at(no_step).step == no_step);
  CHECK(jumping.at(no_step).actors.size() == trace.actors.size());
  for (Step step : wanted) {
    World walked;
    for (Step i = 0; i <= step; ++i) apply(walked, trace, i);
    check_same(jumping.at(step), walked);
  }
  CHECK(jumping.at(trace.size() + 100).step == trace.size() - 1);
  CHECK(jumping.checkpoints() >= 5);
}

TEST_CASE("a history grows with its trace") {
  Busy busy;
  History history(busy.story.trace());
  CHECK(history.at(0).step == 0);
  busy.run(10);
  auto const last = busy.story.trace().size() - 1;
  CHECK(history.at(last).step == last);
  CHECK(history.at(last).queues[0].gets == 10);
}

TEST_CASE("checkpoints are further apart while more items are in flight") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  for (int i = 0; i < 60000; ++i) story.put(main, jobs);
  History history(story.trace());
  history.at(story.trace().size() - 1);
  std::size_t const steps = story.trace().size();
  CHECK(history.checkpoints() < steps / 4096 / 2);
  CHECK(history.checkpoints() > 3);
}
