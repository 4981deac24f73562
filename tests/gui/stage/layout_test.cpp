#include "gui/stage/layout.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::gui;
using qs::testing::QueueClass;
using qs::testing::Story;

namespace {

/// main and n - 1 children on that many queues: a third puts, a third gets, the rest does neither or both.
StageActors crowd(int processes, int queues) {
  Story story;
  auto const main = story.process("main");
  std::vector<QueueIndex> made;
  for (int i = 0; i < queues; ++i)
    made.push_back(story.queue(main, "queue-" + std::to_string(i),
                               i % 2 == 0 ? QueueClass::joinable : QueueClass::queue,
                               i == 1 ? 2147483647 : 5 + 100 * i));
  for (int i = 1; i < processes; ++i) {
    char const* const names[] = {"producer-", "consumer-", "consumer-", "worker-"};
    auto const child = story.process(names[i % 4] + std::to_string(i), main);
    if (queues == 0) continue;
    QueueIndex const queue = made[static_cast<std::size_t>(i) % made.size()];
    if (i % 4 == 0) story.put(child, queue);
    if (i % 4 == 1 || i % 4 == 2) story.begin_get(child, queue);
    if (i % 4 == 3 && i % 8 == 3) {
      story.put(child, queue);
      story.begin_get(child, made[static_cast<std::size_t>(i + 1) % made.size()]);
    }
  }
  StageActors cast;
  cast.update(story.trace());
  return cast;
}

struct Named {
  std::string name;
  Rect rect;
};

/// What must not overlap: all boxes, and the parts of each queue.
std::vector<Named> boxes(StageLayout const& layout) {
  std::vector<Named> all;
  auto const add = [&](std::string const& name, Rect rect) {
    if (!rect.empty()) all.push_back({name, rect});
  };
  for (auto const& card : layout.cards) add("card " + std::to_string(card.actor), card.rect);
  for (auto const& box : layout.crowds) add("crowd", box.rect);
  for (auto const& queue : layout.queues) {
    std::string const name = "queue " + std::to_string(queue.queue) + " ";
    add(name + "title", queue.title);
    add(name + "slots", queue.slots);
    add(name + "tube", queue.tube);
    add(name + "barrier", queue.barrier);
    add(name + "scale", queue.scale);
    add(name + "tally", queue.tally);
    for (auto const* const lock : {&queue.inlet, &queue.outlet}) {
      add(name + "collar", lock->collar);
      add(name + "lock name", lock->name);
      add(name + "holder", lock->holder);
    }
  }
  add("legend", layout.legend);
  return all;
}

std::vector<Named> parts(CardBox const& card) {
  std::vector<Named> all;
  for (auto const& [name, rect] :
       {Named{"title", card.title}, {"state", card.state}, {"code", card.code}, {"hand", card.hand}})
    if (!rect.empty()) all.push_back({name, rect});
  if (card.row) return all;
  for (auto const& end : card.ends) {
    all.push_back({"buffer", end.buffer});
    all.push_back({"feeder", end.feeder});
  }
  return all;
}

void check_apart(std::vector<Named> const& all) {
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = i + 1; k < all.size(); ++k) {
      bool const apart = !all[i].rect.inset(0.02F).overlaps(all[k].rect.inset(0.02F));
      CHECK_MESSAGE(apart, all[i].name, " and ", all[k].name);
    }
}

void check_inside(StageLayout const& layout) {
  Rect const area = layout.area.inset(-0.01F);
  for (auto const& [name, rect] : boxes(layout)) CHECK_MESSAGE(area.contains(rect), name);
  for (auto const& card : layout.cards) {
    Rect const frame = card.rect.inset(-2.1F * layout.unit, -0.1F);
    for (auto const& [name, rect] : parts(card)) CHECK_MESSAGE(frame.contains(rect), name, " of ", card.actor);
    for (auto const& end : card.ends) CHECK(area.contains(end.feeder));
  }
}

}  // namespace

TEST_CASE("nothing overlaps or leaves the stage, for any number of actors, size and scale") {
  for (int const processes : {1, 2, 3, 5, 8, 13, 40, 120, 200})
    for (int const queues : {0, 1, 2, 3}) {
      StageActors const cast = crowd(processes, queues);
      for (Vec2 const size : {Vec2{800, 400}, {1280, 480}, {1280, 800}, {1900, 900}, {900, 900}})
        for (float const scale : {1.F, 1.5F, 2.5F}) {
          StageLayout const layout = layout_stage(cast, size, 8 * scale);
          CAPTURE(processes);
          CAPTURE(queues);
          CAPTURE(size.x);
          CAPTURE(size.y);
          CAPTURE(scale);
          check_inside(layout);
          check_apart(boxes(layout));
          for (auto const& card : layout.cards) check_apart(parts(card));
          std::size_t people = layout.cards.size();
          for (auto const& box : layout.crowds) people += box.members.size();
          CHECK(people == static_cast<std::size_t>(processes));
        }
    }
}

TEST_CASE("the dots of a crowd lie inside its card and do not touch") {
  StageLayout const layout = layout_stage(crowd(200, 1), {1280, 480}, 8);
  REQUIRE_FALSE(layout.crowds.empty());
  for (auto const& box : layout.crowds)
    for (std::size_t i = 0; i < box.members.size(); ++i) {
      CHECK(box.rect.contains(box.dot(i)));
      if (i > 0) CHECK_FALSE(box.dot(i).overlaps(box.dot(i - 1)));
      CHECK(layout.place(box.members[i]) == box.dot(i));
    }
}

TEST_CASE("the selected actor of a crowd gets a card, and the dots only make room for it") {
  StageActors const cast = crowd(200, 1);
  StageLayout const before = layout_stage(cast, {1280, 600}, 8);
  REQUIRE_FALSE(before.crowds.empty());
  ActorIndex const chosen = before.crowds[0].members[7];
  CHECK(before.card(chosen) == nullptr);
  StageLayout const after = layout_stage(cast, {1280, 600}, 8, chosen);
  REQUIRE(after.card(chosen) != nullptr);
  CHECK(after.crowds[0].members == before.crowds[0].members);
}

TEST_CASE("a larger card shows more") {
  StageActors const cast = crowd(3, 1);
  StageLayout const large = layout_stage(cast, {1900, 900}, 8), small = layout_stage(cast, {800, 400}, 20);
  REQUIRE_FALSE(large.cards.empty());
  CHECK(std::any_of(large.cards.begin(), large.cards.end(), [](CardBox const& card) { return card.code_lines > 1; }));
  CHECK(std::all_of(small.cards.begin(), small.cards.end(), [](CardBox const& card) { return card.code_lines <= 1; }));
}
