#include "gui/stage/items.hpp"

#include <cmath>
#include <string>

#include <doctest/doctest.h>

#include "sim/text/words.hpp"
#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::gui;
using qs::testing::Story;

namespace {

/// A story on a stage, with letters of seven pixels.
struct Stage {
  explicit Stage(Story const& story) : trace(story.trace()) {
    cast.update(trace);
    layout = layout_stage(cast, {1280, 480}, 8);
  }
  World at(Step step) const {
    World world;
    for (Step i = 0; i <= step; ++i) apply(world, trace, i);
    return world;
  }
  ItemStage items() const { return {layout, measure, label}; }

  Trace const& trace;
  StageActors cast;
  StageLayout layout;
  TextMeasure measure = [](std::string_view text) { return 7.F * static_cast<float>(text.size()); };
  ItemStage::Label label = [this](ItemId item) { return item_label(trace, item); };
};

struct Pair {
  Story story;
  ActorIndex main = story.process("main");
  QueueIndex jobs = story.queue(main, "jobs");
  ActorIndex taker = story.process("taker", main);
};

}  // namespace

TEST_CASE("an item moves from hand to buffer, feeder, pipe and hand, always within their bounds") {
  Pair it;
  auto const item = it.story.begin_put(it.main, it.jobs);
  Step const in_hand = it.story.trace().size() - 1;
  it.story.finish_put(it.main, it.jobs, item);
  Step const buffered = it.story.trace().size() - 1;
  auto const feeder = it.story.feeder(it.main, it.jobs);
  it.story.take(feeder, it.jobs, item);
  Step const feeding = it.story.trace().size() - 1;
  it.story.write(feeder, it.jobs, item, 9);
  Step const piped = it.story.trace().size() - 1;
  it.story.get(it.taker, it.jobs, item);
  Step const got = it.story.trace().size() - 1;

  Stage const stage{it.story};
  auto const* const putter = stage.layout.card(it.main);
  auto const* const getter = stage.layout.card(it.taker);
  REQUIRE(putter);
  REQUIRE(getter);
  REQUIRE(putter->ends.size() == 1);
  auto const is_in = [&](Step step, Rect where) {
    ItemPlaces const places = stage.items().place(stage.at(step));
    REQUIRE(places.chips.size() == 1);
    CHECK(places.chips[0].item == item);
    CHECK(where.contains(places.chips[0].rect));
  };
  is_in(in_hand, putter->hand);
  is_in(buffered, putter->ends[0].buffer);
  is_in(feeding, putter->ends[0].feeder);
  is_in(piped, stage.layout.queues[0].tube);
  is_in(got, getter->hand);
}

TEST_CASE("motion is continuous from step to step") {
  Pair it;
  auto const first = it.story.put(it.main, it.jobs), second = it.story.put(it.main, it.jobs, "None");
  auto const feeder = it.story.feeder(it.main, it.jobs);
  it.story.feed(feeder, it.jobs, first);
  it.story.feed(feeder, it.jobs, second);
  it.story.get(it.taker, it.jobs, first);
  Stage const stage{it.story};
  ItemStage const items = stage.items();
  constexpr int frames = 100;
  for (Step step = 1; step < it.story.trace().size(); ++step) {
    World const before = stage.at(step - 1), after = stage.at(step);
    ItemPlaces const from = items.place(before), to = items.place(after);
    std::vector<MovingItem> last;
    for (int frame = 0; frame <= frames; ++frame) {
      auto const now = items.between(before, from, after, to, static_cast<float>(frame) / frames);
      for (auto const& moving : now) {
        if (auto const* const start = from.find(moving.item); start && frame == 0) CHECK(moving.rect == start->rect);
        if (auto const* const end = to.find(moving.item); end && frame == frames) CHECK(moving.rect == end->rect);
        for (auto const& old : last) {
          if (old.item != moving.item) continue;
          float const hop = std::hypot(moving.rect.left - old.rect.left, moving.rect.top - old.rect.top);
          CHECK(hop < 1280.F * 0.03F);
        }
      }
      last = now;
    }
  }
}

TEST_CASE("a buffer shows its first items next to the feeder and counts the rest") {
  Pair it;
  std::vector<ItemId> all;
  for (int i = 0; i < 300; ++i) all.push_back(it.story.put(it.main, it.jobs, std::to_string(i)));
  it.story.feeder(it.main, it.jobs);
  it.story.begin_get(it.taker, it.jobs);
  Stage const stage{it.story};
  ItemPlaces const places = stage.items().place(stage.at(it.story.trace().size() - 1));
  REQUIRE(places.folds.size() == 1);
  CHECK(places.chips.size() + places.folds[0].count == 300);
  REQUIRE(places.chips.size() > 1);
  for (std::size_t i = 0; i < places.chips.size(); ++i) {
    CHECK(places.chips[i].item == all[i]);
    CHECK_FALSE(places.chips[i].rect.overlaps(places.folds[0].rect));
    if (i > 0) CHECK(places.chips[i].rect.right <= places.chips[i - 1].rect.left);
  }
}

TEST_CASE("a large message is as wide as its bytes, and a full pipe folds") {
  Pair it;
  auto const large = it.story.put(it.main, it.jobs, "large");
  auto const feeder = it.story.feeder(it.main, it.jobs);
  it.story.feed(feeder, it.jobs, large, 32764);
  it.story.begin_get(it.taker, it.jobs);
  Stage const half{it.story};
  ItemPlaces const one = half.items().place(half.at(it.story.trace().size() - 1));
  REQUIRE(one.chips.size() == 1);
  CHECK(one.chips[0].rect.width() / half.layout.queues[0].tube.width() == doctest::Approx(0.5).epsilon(0.05));

  for (int i = 0; i < 300; ++i) it.story.feed(feeder, it.jobs, it.story.put(it.main, it.jobs), 100);
  Stage const full{it.story};
  ItemPlaces const places = full.items().place(full.at(it.story.trace().size() - 1));
  REQUIRE(places.folds.size() == 1);
  CHECK(places.chips.size() + places.folds[0].count == 301);
  Rect const tube = full.layout.queues[0].tube;
  for (auto const& chip : places.chips) CHECK(tube.contains(chip.rect));
  CHECK(tube.contains(places.folds[0].rect));
}

TEST_CASE("the messages of a hardened queue are as wide as their labels") {
  Story story;
  auto const main = story.process("main");
  auto const tasks = story.queue(main, "tasks", mp::trace::QueueClass::queue, 2147483647, mp::Mechanism::hardened);
  auto const large = story.begin_put(main, tasks, "large"), small = story.begin_put(main, tasks, "small");
  story.write(main, tasks, large, 1U << 20);
  story.write(main, tasks, small, 20);
  Stage const stage{story};
  ItemPlaces const places = stage.items().place(stage.at(story.trace().size() - 1));
  REQUIRE(places.chips.size() == 2);
  CHECK(places.chips[0].rect.width() == doctest::Approx(places.chips[1].rect.width()));
  for (auto const& chip : places.chips) CHECK(stage.layout.queues[0].tube.contains(chip.rect));
}

TEST_CASE("a row shows the feeder's item, then the buffer, then the hand") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  std::vector<ActorIndex> const putters{story.process("reader", main), story.process("filter", main),
                                        story.process("writer", main)};
  std::vector<ItemId> expected;
  for (ActorIndex const putter : putters) {
    auto const feeder = story.feeder(putter, jobs);
    auto const first = story.put(putter, jobs), second = story.put(putter, jobs);
    story.take(feeder, jobs, first);
    story.blocked(feeder, Resource::write_lock, jobs, first);
    expected = {first, second, story.begin_put(putter, jobs)};
  }
  Stage stage{story};
  stage.layout = layout_stage(stage.cast, {1600, 220}, 8);
  auto const* const card = stage.layout.card(putters.back());
  REQUIRE(card);
  REQUIRE(card->row);
  ItemPlaces const places = stage.items().place(stage.at(story.trace().size() - 1));
  std::vector<ItemId> shown;
  float last = card->hand.right;
  for (auto const& chip : places.chips) {
    if (!card->hand.contains(chip.rect)) continue;
    shown.push_back(chip.item);
    CHECK(chip.rect.right <= last);
    last = chip.rect.left;
  }
  REQUIRE_FALSE(shown.empty());
  expected.resize(shown.size());
  CHECK(shown == expected);
}

TEST_CASE("a dropped item falls off the stage") {
  Pair it;
  auto const item = it.story.put(it.main, it.jobs);
  auto const feeder = it.story.feeder(it.main, it.jobs);
  it.story.item_event(feeder, Kind::buffer_take, it.jobs, item);
  it.story.item_event(feeder, Kind::serialise_failed, it.jobs, item);
  Stage const stage{it.story};
  Step const last = it.story.trace().size() - 1;
  World const before = stage.at(last - 1), after = stage.at(last);
  ItemStage const items = stage.items();
  auto const moving = items.between(before, items.place(before), after, items.place(after), 0.5F);
  REQUIRE(moving.size() == 1);
  CHECK(moving[0].dropped);
  CHECK(moving[0].rect.top > items.place(before).chips[0].rect.top);
}
