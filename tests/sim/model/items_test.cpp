#include "sim/model/items.hpp"

#include <doctest/doctest.h>

#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::testing;

TEST_CASE("an item's milestones, and how long it stayed in each place") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs", QueueClass::joinable);
  auto const feeder = story.feeder(main, jobs);
  auto const consumer = story.process("consumer", main);
  auto const item = story.put(main, jobs, "7", true);
  story.pass(50'000);
  story.feed(feeder, jobs, item, 5);
  story.get(consumer, jobs, item, 5);
  ItemIndex index(story.trace());
  CHECK(index.find(item)->at(ItemMilestone::task_done) == no_step);
  story.task_done(consumer, jobs, item);
  story.pass(9000);
  story.call(main, Kind::join_begin, jobs);
  index.update();

  auto const* way = index.find(item);
  REQUIRE(way);
  CHECK(way->putter == main);
  CHECK(way->feeder == feeder);
  CHECK(way->getter == consumer);
  CHECK(way->bytes == 5);
  CHECK(way->arrived());
  auto const& trace = story.trace();
  CHECK(trace.at(way->at(ItemMilestone::put_begin)).kind == Kind::put_begin);
  CHECK(trace.at(way->at(ItemMilestone::last_read)).kind == Kind::pipe_read);
  CHECK(way->at(ItemMilestone::first_read) < way->at(ItemMilestone::last_read));
  CHECK(trace.at(way->at(ItemMilestone::task_done)).kind == Kind::task_done_end);

  auto const stays = index.stays(*way);
  REQUIRE(stays.size() == 6);
  CHECK(stays[1].place == ItemPlace::buffered);
  CHECK(stays[1].nanoseconds > 50'000);
  CHECK(stays[3].place == ItemPlace::piped);
  CHECK(stays[3].actor == nobody);
  CHECK(stays[5].place == ItemPlace::done);
  CHECK(stays[5].to == no_step);
  CHECK(stays[5].nanoseconds == 10'000);
}

TEST_CASE("arrows are sorted by get and found by the span of steps they cover") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  auto const feeder = story.feeder(main, jobs);
  auto const early = story.put(main, jobs, "early"), late = story.put(main, jobs, "late");
  story.feed(feeder, jobs, late);
  story.get(main, jobs, late);
  for (int i = 0; i < 3000; ++i) {
    auto const item = story.put(main, jobs, i == 0 ? "None" : "x");
    story.feed(feeder, jobs, item);
    story.get(main, jobs, item);
  }
  story.feed(feeder, jobs, early);
  story.get(main, jobs, early);
  ItemIndex const index(story.trace());
  REQUIRE(index.arrows().size() == 3002);
  CHECK(index.arrows().front().item == late);
  CHECK(index.arrows()[1].sentinel);
  CHECK(index.arrows().back().item == early);

  for (Step first : {Step{0}, Step{500}, Step{20000}}) {
    Step const last = first + 40;
    std::vector<ItemId> expected, found;
    for (auto const& arrow : index.arrows()) {
      if (arrow.get >= first && arrow.put <= last) expected.push_back(arrow.item);
    }
    index.arrows_between(first, last, [&](Arrow const& arrow) { return found.push_back(arrow.item), true; });
    CHECK(found == expected);
    CHECK(found.size() >= 2);
  }
  int visits = 0;
  index.arrows_between(0, no_step, [&](Arrow const&) { return ++visits < 5; });
  CHECK(visits == 5);
}

TEST_CASE("items whose put was lost, or that arrive out of sequence, are found too") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  for (std::uint32_t sequence : {3u, 9u, 4u}) story.get(main, jobs, {main, sequence});
  story.get(main, jobs, {88, 1});
  ItemIndex const index(story.trace());
  CHECK(index.ways().size() == 4);
  CHECK(index.arrows().empty());
  for (std::uint32_t sequence : {3u, 9u, 4u}) {
    REQUIRE(index.find({main, sequence}));
    CHECK(index.find({main, sequence})->item.sequence == sequence);
  }
  CHECK(index.find({88, 1})->putter == nobody);
  CHECK_FALSE(index.find({main, 5}));
  CHECK_FALSE(index.find({}));
}
