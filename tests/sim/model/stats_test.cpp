#include "sim/model/stats.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/base/wrapping.hpp"
#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::testing;

namespace {

struct Measured {
  Story story;
  ActorIndex main = story.process("main");
  QueueIndex jobs = story.queue(main, "jobs");
  ActorIndex feeder = story.feeder(main, jobs);
  ActorIndex consumer = story.process("consumer", main);

  Measured() {
    for (std::uint64_t wait : {1000u, 5000u, 3000u}) {
      auto const item = story.put(main, jobs);
      story.feed(feeder, jobs, item, 100);
      story.pass(wait * 1000);
      story.get(consumer, jobs, item, 100);
    }
    auto const sentinel = story.put(main, jobs, "None");
    story.feed(feeder, jobs, sentinel, 5);
    story.blocked(main, Resource::deadline, mp::trace::no_object, {}, 7'000'000);
    story.pass(7'000'000);
    story.woken(main, Resource::deadline, mp::trace::no_object);
    story.begin_get(consumer, jobs);
    story.blocked(consumer, Resource::pipe_data, jobs);
    story.pass(2'000'000);
    story.tell({.actor = main, .kind = Kind::gap, .argument = 5});
  }
};

}  // namespace

TEST_CASE("counts, latencies and peaks") {
  Measured measured;
  auto const stats = statistics(measured.story.trace());
  CHECK(stats.events == measured.story.trace().size());
  CHECK(stats.lost == 5);
  REQUIRE(stats.queues.size() == 1);
  auto const& queue = stats.queues[0];
  CHECK(queue.puts == 4);
  CHECK(queue.gets == 3);
  CHECK(queue.sentinels == 1);
  CHECK(queue.bytes == 300);
  CHECK(queue.most_items == 1);
  CHECK(queue.most_pipe_bytes == 104);
  CHECK(queue.capacity == 65536);
  CHECK(queue.latency.count == 3);
  CHECK(queue.latency.min / 1'000'000 == 1);
  CHECK(queue.latency.median / 1'000'000 == 3);
  CHECK(queue.latency.max / 1'000'000 == 5);
  CHECK(queue.items_per_second > 100);
  CHECK(stats.actors[measured.main].puts == 4);
  CHECK(stats.actors[measured.main].lost == 5);
  CHECK(stats.actors[measured.consumer].gets == 3);
}

TEST_CASE("waits: sleeping does not count as blocked, and an unfinished wait counts up to the end") {
  Measured measured;
  auto const stats = statistics(measured.story.trace());
  CHECK(stats.actors[measured.main].blocked == 0);
  REQUIRE(stats.actors[measured.main].waits.size() == 1);
  CHECK(stats.actors[measured.main].waits[0].resource == Resource::deadline);
  auto const& waits = stats.actors[measured.consumer].waits;
  REQUIRE(waits.size() == 1);
  CHECK(waits[0].unfinished);
  CHECK(waits[0].nanoseconds == 2'001'000);
  CHECK(stats.actors[measured.consumer].blocked == 2'001'000);
  CHECK(stats.waits[0].resource == Resource::deadline);
  CHECK(stats.waits[1].resource == Resource::pipe_data);
}

TEST_CASE("statistics as text within 100 columns, and as JSON") {
  Measured measured;
  auto const& trace = measured.story.trace();
  auto const stats = statistics(trace);
  std::istringstream lines(to_text(trace, stats));
  for (std::string line; std::getline(lines, line);) CHECK_MESSAGE(columns(line) <= terminal_columns, line);
  CHECK(to_text(trace, stats).find("median 3.0") != std::string::npos);
  auto const json = to_json(trace, stats);
  CHECK(json["queues"][0]["gets"] == 3);
  CHECK(json["actors"][measured.consumer]["waits"][0]["resource"] == "pipe_data");
}

TEST_CASE("an empty trace has empty statistics") {
  Trace const trace;
  auto const stats = statistics(trace);
  CHECK(stats.events == 0);
  CHECK(to_text(trace, stats).find("0 events") == 0);
}
