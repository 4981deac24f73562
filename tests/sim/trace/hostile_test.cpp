// Whatever a trace says, everything that is made of it can be made.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "sim/diagnosis/diagnosis.hpp"
#include "sim/model/items.hpp"
#include "sim/model/stats.hpp"
#include "sim/report/run_report.hpp"
#include "sim/text/words.hpp"
#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::testing;

namespace {

Event any_event(std::mt19937_64& random) {
  Event event;
  event.time = random() % 3 == 0 ? random() : random() % 100000;
  event.actor = static_cast<std::uint16_t>(random() % 7);
  event.kind = static_cast<Kind>(random() % (mp::trace::kind_count + 1));
  event.detail = static_cast<std::uint8_t>(random() % (mp::trace::resource_count + 1));
  event.location = static_cast<std::uint32_t>(random() % 3);
  event.object = static_cast<std::uint16_t>(random() % 9 == 0 ? mp::trace::no_object : random() % 4);
  event.item_producer = static_cast<std::uint16_t>(random() % 7);
  event.item_sequence = static_cast<std::uint32_t>(random() % 4);
  event.argument = static_cast<std::int64_t>(random() % 4 == 0 ? random() : random() % 100);
  return event;
}

}  // namespace

TEST_CASE("any events at all can be put into words, counted and diagnosed") {
  std::mt19937_64 random(17);
  std::size_t stuck = 0;
  for (int round = 0; round < 150; ++round) {
    Story story;
    auto const main = story.process("main");
    auto const jobs = story.queue(main, "jobs", static_cast<QueueClass>(round % 3), round % 4);
    story.feeder(main, jobs);
    for (int i = 0; i < 3; ++i) story.process("child-" + std::to_string(i), main);
    auto& trace = story.trace();
    for (int i = 0; i < 300; ++i) trace.append(any_event(random), random() % 5 == 0 ? "\x1b[0m\xff" : "");
    for (ActorIndex actor = 0; actor < trace.actors.size(); ++actor) {
      auto const resource = static_cast<Resource>(random() % mp::trace::resource_count);
      story.blocked(actor, resource, static_cast<std::uint16_t>(random() % 4));
    }
    auto const world = story.world();
    for (Step step = 0; step < trace.size(); ++step) CHECK_FALSE(sentence(trace, step).empty());
    for (ActorIndex actor = 0; actor < trace.actors.size(); ++actor) {
      CHECK_FALSE(state_line(trace, world, actor).empty());
      CHECK_FALSE(to_text(why(trace, world, actor)).empty());
    }
    auto const diagnosis = diagnose(trace, world);
    stuck += diagnosis.stuck;
    CHECK_FALSE(to_json(trace, diagnosis).dump().empty());
    CHECK_FALSE(to_json(trace, statistics(trace)).dump().empty());
    auto const told = account(trace);
    CHECK(told.find('\x1b') == told.npos);
    ItemIndex const items(trace);
    for (auto const& way : items.ways()) CHECK(items.stays(way).size() <= station_count);
  }
  CHECK(stuck > 10);
}
