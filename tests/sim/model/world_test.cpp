#include "sim/model/world.hpp"

#include <doctest/doctest.h>

#include <random>

#include "sim/model/stats.hpp"
#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::testing;

TEST_CASE("an item moves from put to get") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs", QueueClass::queue, 3);
  auto const feeder = story.feeder(main, jobs);
  auto const consumer = story.process("consumer", main);

  auto const item = story.begin_put(main, jobs);
  CHECK(story.world().items.at(item).place == ItemPlace::putting);
  CHECK(story.world().actors[main].call == Kind::put_begin);
  CHECK(story.world().actors[main].item == item);

  story.finish_put(main, jobs, item);
  auto world = story.world();
  CHECK(world.items.at(item).place == ItemPlace::buffered);
  CHECK(world.queues[jobs].ends.at(main).buffer.size() == 1);
  CHECK(world.queues[jobs].semaphore(Resource::slot) == 2);
  CHECK(world.actors[main].call == Kind::text);
  CHECK(world.actors[main].puts == 1);

  story.take(feeder, jobs, item, 100);
  world = story.world();
  CHECK(world.items.at(item).place == ItemPlace::feeding);
  CHECK(world.items.at(item).bytes == 100);
  CHECK(world.actors[feeder].item == item);
  CHECK(world.queues[jobs].ends.at(main).buffer.empty());

  story.acquired(feeder, Resource::write_lock, jobs);
  story.write(feeder, jobs, item, 60, 44);
  world = story.world();
  CHECK(world.queues[jobs].pipe_bytes == 60);
  CHECK(world.queues[jobs].pipe.front().frame == 104);
  CHECK(world.queues[jobs].write_lock.holder == feeder);
  CHECK(world.queues[jobs].semaphore(Resource::write_lock) == 0);

  story.write(feeder, jobs, item, 44);
  story.released(feeder, Resource::write_lock, jobs);
  story.begin_get(consumer, jobs);
  story.item_event(consumer, Kind::pipe_read, jobs, item, Chunk{4, 100}.packed());
  world = story.world();
  CHECK(world.queues[jobs].pipe.size() == 1);
  CHECK(world.queues[jobs].pipe_bytes == 100);
  CHECK(world.queues[jobs].read_lock.holder == consumer);

  story.item_event(consumer, Kind::pipe_read, jobs, item, Chunk{100, 0}.packed());
  story.released(consumer, Resource::read_lock, jobs);
  story.released(consumer, Resource::slot, jobs);
  story.item_event(consumer, Kind::get_end, jobs, item, 100);
  world = story.world();
  CHECK(world.queues[jobs].pipe.empty());
  CHECK(world.queues[jobs].pipe_bytes == 0);
  CHECK(world.queues[jobs].semaphore(Resource::slot) == 3);
  CHECK(world.queues[jobs].read_lock.holder == nobody);
  CHECK(world.items.at(item).actor == consumer);
  CHECK(world.actors[consumer].gets == 1);

  story.call(consumer, Kind::get_begin, jobs);
  CHECK(story.world().items.empty());
}

TEST_CASE("waiting: for what, held by whom, until when, and the total time blocked") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  auto const one = story.process("one", main), two = story.process("two", main);
  story.starve(one, jobs);
  story.call(two, Kind::get_begin, jobs);
  story.blocked(two, Resource::read_lock, jobs, {}, 5000);
  auto world = story.world();
  CHECK(world.actors[two].state == ActorState::blocked);
  CHECK(world.actors[two].waits_for == Resource::read_lock);
  CHECK(world.actors[two].wait_timeout == 5000);
  CHECK(world.holder_of_wait(two) == one);
  CHECK(world.holder_of_wait(one) == nobody);
  story.pass(4000);
  story.refused(two, Resource::read_lock, jobs);
  world = story.world();
  CHECK(world.actors[two].state == ActorState::running);
  CHECK(world.actors[two].blocked_ns == 5000);
  CHECK(world.queues[jobs].read_lock.holder == one);
}

TEST_CASE("a joinable queue counts its unfinished tasks") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs", QueueClass::joinable);
  auto const feeder = story.feeder(main, jobs);
  auto const item = story.put(main, jobs, "7", true);
  story.feed(feeder, jobs, item);
  auto const consumer = story.process("consumer", main);
  story.begin_join(main, jobs);
  story.get(consumer, jobs, item);
  auto world = story.world();
  CHECK(world.queues[jobs].semaphore(Resource::unfinished) == 1);
  CHECK(world.queues[jobs].semaphore(Resource::sleeping) == 1);
  CHECK(world.queues[jobs].semaphore(Resource::condition_lock) == 1);
  CHECK(world.actors[main].waits_for == Resource::barrier);
  REQUIRE(world.actors[consumer].holding.size() == 1);
  CHECK(world.actors[consumer].holding.front() == item);
  Story killed = story;
  killed.item_event(consumer, Kind::acquired, jobs, item, 0, {}, static_cast<std::uint8_t>(Resource::unfinished));
  CHECK(killed.world().items.at(item).place == ItemPlace::done);
  CHECK(killed.world().actors[consumer].holding.empty());
  story.task_done(consumer, jobs, item);
  world = story.world();
  CHECK(world.queues[jobs].semaphore(Resource::unfinished) == 0);
  CHECK(world.actors[consumer].holding.empty());
  CHECK(world.items.empty());
}

TEST_CASE("a killed process keeps its locks and loses its buffer") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  auto const child = story.process("child", main);
  auto const feeder = story.feeder(child, jobs);
  auto const kept = story.put(child, jobs), half = story.put(child, jobs), lost = story.put(child, jobs);
  story.feed(feeder, jobs, kept);
  story.take(feeder, jobs, half, 100000);
  story.acquired(feeder, Resource::write_lock, jobs);
  story.write(feeder, jobs, half, 60000, 40004);
  story.kill(main, child);
  auto const world = story.world();
  CHECK(world.actors[child].state == ActorState::killed);
  CHECK(world.actors[child].exit_code == -9);
  CHECK(world.actors[feeder].state == ActorState::killed);
  CHECK(world.queues[jobs].write_lock.holder == feeder);
  CHECK(world.queues[jobs].pipe.back().written == 60000);
  CHECK(world.items.at(kept).place == ItemPlace::piped);
  CHECK(world.items.at(lost).place == ItemPlace::dropped);
  CHECK(world.queues[jobs].ends.at(child).buffer.empty());
  CHECK(world.queues[jobs].dropped == 1);
}

TEST_CASE("a process that runs its exit steps, and one whose exit code comes from its parent") {
  Story story;
  auto const main = story.process("main");
  auto const polite = story.process("polite", main, mp::trace::process_daemon);
  auto const abrupt = story.process("abrupt", main);
  story.tell({.actor = polite, .kind = Kind::exit_begin});
  CHECK(story.world().actors[polite].state == ActorState::exiting);
  CHECK(story.world().actors[polite].daemon);
  story.tell({.actor = polite, .kind = Kind::process_end, .argument = 3});
  story.tell({.actor = abrupt, .kind = Kind::process_lost});
  CHECK_FALSE(story.world().actors[abrupt].exit_code_known);
  story.tell({.actor = main, .kind = Kind::process_reaped, .object = abrupt, .argument = 4});
  auto const world = story.world();
  CHECK(world.actors[polite].state == ActorState::ended);
  CHECK(world.actors[polite].exit_code == 3);
  CHECK(world.actors[abrupt].state == ActorState::ended);
  CHECK(world.actors[abrupt].exit_code == 4);
}

TEST_CASE("refused puts and unserialisable items") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs", QueueClass::queue, 1);
  auto const feeder = story.feeder(main, jobs);
  auto const bad = story.put(main, jobs, "file");
  auto const refused = story.begin_put(main, jobs);
  story.refused(main, Resource::slot, jobs);
  story.item_event(main, Kind::put_end, jobs, refused, 0, {}, static_cast<std::uint8_t>(Outcome::full));
  story.item_event(feeder, Kind::buffer_take, jobs, bad);
  story.item_event(feeder, Kind::serialise_failed, jobs, bad, 0, "no bytes");
  story.released(feeder, Resource::slot, jobs);
  auto const world = story.world();
  CHECK_FALSE(world.items.contains(refused));
  CHECK(world.items.at(bad).place == ItemPlace::dropped);
  CHECK(world.queues[jobs].puts == 1);
  CHECK(world.queues[jobs].dropped == 1);
  CHECK(world.queues[jobs].free_slots == 1);
}

TEST_CASE("after a gap the next read corrects the contents of the pipe") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs");
  auto const feeder = story.feeder(main, jobs);
  std::vector<ItemId> items;
  for (int i = 0; i < 4; ++i) items.push_back(story.put(main, jobs));
  for (auto item : items) story.feed(feeder, jobs, item);
  auto const consumer = story.process("consumer", main);
  story.tell({.actor = consumer, .kind = Kind::gap, .argument = 12});
  story.get(consumer, jobs, items[2]);
  auto const world = story.world();
  CHECK(world.lost == 12);
  CHECK(world.queues[jobs].pipe.size() == 1);
  CHECK(world.queues[jobs].pipe.front().item == items[3]);
  CHECK(world.queues[jobs].pipe_bytes == 9);
}

TEST_CASE("counts stay within their limits when events were lost") {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs", QueueClass::joinable, 3);
  auto const consumer = story.process("consumer", main);
  std::vector<ItemId> items;
  story.tell({.actor = consumer, .kind = Kind::gap, .argument = 1000});
  for (int i = 0; i < 100; ++i) {
    items.push_back(story.begin_put(main, jobs));
    story.acquired(main, Resource::slot, jobs);
    story.acquired(main, Resource::write_lock, jobs);
    story.write(main, jobs, items.back(), 5000);
  }
  auto world = story.world();
  QueueWorld const* queue = &world.queues[jobs];
  CHECK(queue->pipe_bytes == 65536);
  CHECK(queue->most_bytes == 65536);
  CHECK(queue->pipe.size() == 14);  // the oldest one only in part
  CHECK(queue->pipe.front().item == items[86]);
  CHECK_FALSE(world.items.contains(items[85]));
  CHECK(queue->semaphore(Resource::slot) == 0);
  CHECK(queue->semaphore(Resource::write_lock) == 0);

  for (int i = 0; i < 10; ++i) story.released(consumer, Resource::slot, jobs);
  for (int i = 0; i < 2; ++i) story.released(consumer, Resource::write_lock, jobs);
  story.item_event(consumer, Kind::get_end, jobs, items[90], 4996);  // its pipe_read was lost
  world = story.world();
  queue = &world.queues[jobs];
  CHECK(queue->semaphore(Resource::slot) == 3);
  CHECK(queue->semaphore(Resource::write_lock) == 1);
  CHECK(queue->pipe.front().item == items[91]);
  CHECK(queue->pipe_bytes == 9 * 5000);
  CHECK(world.items.at(items[90]).place == ItemPlace::got);
}

namespace {

constexpr std::uint32_t crowd = 200'000;

Story story_with_full_pipe(std::uint32_t items) {
  Story story;
  auto const main = story.process("main");
  auto const jobs = story.queue(main, "jobs", QueueClass::joinable, 2147483647, mp::Mechanism::hardened);
  for (std::uint32_t i = 1; i <= items; ++i) story.write(main, jobs, {main, i}, 9);
  return story;
}

}  // namespace

// If an event took time proportional to the number of items, these tests would run into their time limit.
TEST_CASE("items may leave a long queue in any order") {
  auto story = story_with_full_pipe(crowd);
  for (std::uint32_t i = crowd; i > 1; i -= 2)
    story.item_event(0, Kind::pipe_read, 0, {0, i - i / 4}, Chunk{9, 0}.packed());
  for (std::uint32_t i = crowd; i > 1; --i) story.item_event(0, Kind::pipe_read, 0, {0, i}, Chunk{9, 0}.packed());
  auto const world = story.world();
  CHECK(world.queues[0].pipe.size() == 1);
  CHECK(world.queues[0].pipe_bytes == 9);
}

TEST_CASE("after a gap a long pipe is not recounted for each event") {
  auto story = story_with_full_pipe(crowd);
  story.tell({.actor = 0, .kind = Kind::gap, .argument = 1});
  for (std::uint32_t i = 1; i < crowd; ++i) story.item_event(0, Kind::pipe_read, 0, {0, i}, Chunk{9, 0}.packed());
  CHECK(story.world().queues[0].pipe_bytes == 9);
}

TEST_CASE("many tasks may be held and finished in any order") {
  auto story = story_with_full_pipe(crowd);
  for (std::uint32_t i = 1; i <= crowd; ++i) {
    story.item_event(0, Kind::pipe_read, 0, {0, i}, Chunk{9, 0}.packed());
    story.item_event(0, Kind::get_end, 0, {0, i}, 5);
  }
  for (std::uint32_t i = crowd; i > 1; --i)
    story.item_event(0, Kind::task_done_end, 0, {0, i / 2 + (i % 2) * (crowd / 2)});
  auto const world = story.world();
  CHECK(world.actors[0].holding.size() == 1);
  CHECK(world.actors[0].tasks_done == crowd - 1);
}

TEST_CASE("tens of thousands of processes may die while as many queues exist") {
  constexpr std::uint16_t many = 60'000;
  Story story;
  auto const main = story.process("main");
  for (QueueIndex queue = 0; queue < many; ++queue)
    story.tell({.actor = main, .kind = Kind::queue_close, .object = queue});
  for (std::uint16_t i = 1; i < many; ++i) TraceBuilder(story.trace()).actor(i, {.name = "p", .process = i});
  for (int round = 0; round < 4; ++round) {
    for (std::uint16_t i = 1; i < many; ++i)
      story.tell({.actor = main, .kind = Kind::process_reaped, .object = i, .argument = round % 2 == 0 ? -9 : 0});
  }
  for (std::uint16_t i = 1; i < many; ++i) story.tell({.actor = i, .kind = Kind::process_end});
  auto const world = story.world();
  CHECK(world.actors[many - 1].state == ActorState::ended);
  CHECK(statistics(story.trace()).actors.size() == many);
}

TEST_CASE("arbitrary events are folded without a crash") {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    Story story;
    auto const main = story.process("main");
    story.process("child", main);
    auto& trace = story.trace();
    trace.actors[1].process = 999;
    for (int i = 0; i < 400; ++i) {
      Event event;
      event.time = random();
      event.actor = static_cast<std::uint16_t>(random() % 4);
      event.kind = static_cast<Kind>(random() % (mp::trace::kind_count + 3));
      event.detail = static_cast<std::uint8_t>(random() % (mp::trace::resource_count + 3));
      event.object = static_cast<std::uint16_t>(random() % 5 == 0 ? mp::trace::no_object : random() % 4);
      event.item_producer = static_cast<std::uint16_t>(random() % 4);
      event.item_sequence = static_cast<std::uint32_t>(random() % 5);
      event.argument = static_cast<std::int64_t>(random()) - (1ll << 31);
      trace.append(event);
    }
    auto const world = story.world();
    CHECK(world.step == trace.size() - 1);
    CHECK(world.queues.size() <= 4);
  }
}
