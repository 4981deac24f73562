#include "sim/diagnosis/diagnosis.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::testing;

namespace {

struct Verdict {
  Diagnosis diagnosis;
  std::string text;
  explicit Verdict(Story const& story) : diagnosis(diagnose(story.trace(), story.world())), text(to_text(diagnosis)) {
    INFO(text);
    for (auto const& finding : diagnosis.findings) {
      CHECK(finding.cause.ends_with('.'));
      CHECK(finding.remedy.ends_with('.'));
    }
    for (auto const& chain : diagnosis.chains) {
      CHECK(chain.conclusion.ends_with('.'));
      for (auto const& link : chain.links) CHECK(link.sentence.ends_with('.'));
    }
    CHECK(to_json(story.trace(), diagnosis).dump().size() > 10);
  }
  bool says(std::string_view part) const {
    std::string flat;
    for (char c : text) {
      if (c != '\n' && c != ' ')
        flat += c;
      else if (!flat.empty() && flat.back() != ' ')
        flat += ' ';
    }
    return flat.find(part) != flat.npos;
  }
};

void check_mistake(Verdict const& verdict, BugPattern mistake, std::initializer_list<std::string_view> words) {
  INFO(verdict.text);
  REQUIRE(verdict.diagnosis.findings.size() == 1);
  CHECK(name(verdict.diagnosis.findings[0].mistake) == name(mistake));
  for (auto part : words) CHECK_MESSAGE(verdict.says(part), part);
}

struct Scene : Story {
  ActorIndex main = process("main");
  QueueIndex jobs;
  explicit Scene(QueueClass type = QueueClass::queue, std::int32_t maxsize = 2147483647)
      : jobs(queue(main, "jobs", type, maxsize)) {}
};

}  // namespace

TEST_CASE("an idle feeder does not count as blocked") {
  Scene scene;
  auto const feeder = scene.feeder(scene.main, scene.jobs);
  scene.blocked(feeder, Resource::buffered_item, scene.jobs);
  Verdict const verdict(scene);
  CHECK_FALSE(verdict.diagnosis.stuck);
  CHECK(verdict.diagnosis.headline == "Nobody is blocked.");
  CHECK(verdict.diagnosis.findings.empty());
}

TEST_CASE("join before drain") {
  Scene scene;
  auto const worker = scene.process("worker", scene.main);
  auto const feeder = scene.feeder(worker, scene.jobs);
  auto const item = scene.put(worker, scene.jobs, "picture");
  scene.join_process(scene.main, worker);
  scene.take(feeder, scene.jobs, item, 70000);
  scene.acquired(feeder, Resource::write_lock, scene.jobs);
  scene.write(feeder, scene.jobs, item, 65536, 4468);
  scene.blocked(feeder, Resource::pipe_room, scene.jobs, item);
  scene.tell({.actor = worker, .kind = Kind::exit_begin});
  scene.blocked(worker, Resource::feeder_end, scene.jobs);
  Verdict const verdict(scene);
  check_mistake(verdict, BugPattern::join_before_drain,
                {"main joins worker before it has read what it put", "65,536 of 65,536 bytes are taken",
                 "Get all items of jobs first"});
  auto const chain = why(scene.trace(), scene.world(), scene.main);
  REQUIRE(chain.links.size() == 3);
  CHECK(chain.links[0].actor == scene.main);
  CHECK(chain.links[1].actor == worker);
  CHECK(chain.links[1].resource == Resource::feeder_end);
  CHECK(chain.links[2].actor == feeder);
  CHECK(chain.links[2].because_of == std::vector{scene.main});
  CHECK(chain.cycle);
  CHECK(chain.hopeless);
  CHECK(chain.conclusion.find("in a circle") != std::string::npos);
}

TEST_CASE("one sentinel too few") {
  Scene scene;
  auto const feeder = scene.feeder(scene.main, scene.jobs);
  auto const one = scene.process("consumer-1", scene.main), two = scene.process("consumer-2", scene.main);
  auto const sentinel = scene.put(scene.main, scene.jobs, "None");
  scene.feed(feeder, scene.jobs, sentinel);
  scene.blocked(feeder, Resource::buffered_item, scene.jobs);
  scene.get(one, scene.jobs, sentinel);
  scene.end(one);
  scene.starve(two, scene.jobs);
  scene.join_process(scene.main, two);
  Verdict const verdict(scene);
  check_mistake(verdict, BugPattern::nothing_to_get,
                {"too few sentinels: 1 for 2 consumers", "Only one was put", "one sentinel for each consumer: 2 here"});
  CHECK(verdict.says("main and consumer-2 wait for each other"));
}

TEST_CASE("close wakes nobody") {
  Scene scene;
  auto const one = scene.process("one", scene.main), two = scene.process("two", scene.main);
  auto const producer = scene.process("producer", scene.main);
  scene.starve(one, scene.jobs);
  scene.call(two, Kind::get_begin, scene.jobs);
  scene.blocked(two, Resource::read_lock, scene.jobs);
  scene.call(producer, Kind::queue_close, scene.jobs);
  scene.end(producer);
  scene.join_process(scene.main, one);
  Verdict const verdict(scene);
  check_mistake(verdict, BugPattern::nothing_to_get, {"nobody is left to put something on jobs", "close wakes nobody"});
  CHECK(verdict.diagnosis.findings[0].victims == std::vector{one, two});
  CHECK(verdict.diagnosis.chains.size() == 1);
}

TEST_CASE("killed reader") {
  Scene scene;
  auto const victim = scene.process("victim", scene.main);
  scene.starve(victim, scene.jobs);
  scene.kill(scene.main, victim);
  scene.call(scene.main, Kind::get_begin, scene.jobs);
  scene.blocked(scene.main, Resource::read_lock, scene.jobs);
  Verdict const verdict(scene);
  check_mistake(verdict, BugPattern::killed_reader,
                {"victim was killed while it held the read lock of jobs", "fails with Empty"});
  CHECK(verdict.says("It all hangs on victim, which is dead: main never goes on."));
}

TEST_CASE("killed writer") {
  Scene scene;
  auto const victim = scene.process("victim", scene.main);
  auto const feeder = scene.feeder(victim, scene.jobs);
  auto const item = scene.put(victim, scene.jobs, "picture");
  scene.take(feeder, scene.jobs, item, 200000);
  scene.acquired(feeder, Resource::write_lock, scene.jobs);
  scene.write(feeder, scene.jobs, item, 65536, 134468);
  scene.blocked(feeder, Resource::pipe_room, scene.jobs, item);
  scene.kill(scene.main, victim);
  scene.begin_get(scene.main, scene.jobs);
  scene.item_event(scene.main, Kind::pipe_read, scene.jobs, item, Chunk{4, 200000}.packed());
  scene.item_event(scene.main, Kind::pipe_read, scene.jobs, item, Chunk{65532, 134468}.packed());
  scene.blocked(scene.main, Resource::pipe_data, scene.jobs, item);
  check_mistake(Verdict(scene), BugPattern::killed_writer,
                {"in the middle of a message", "Of picture only 65,536 of 200,004 bytes"});
}

TEST_CASE("killed while holding the write lock") {
  Scene scene;
  auto const victim = scene.process("victim", scene.main);
  auto const its_feeder = scene.feeder(victim, scene.jobs);
  auto const item = scene.put(victim, scene.jobs);
  scene.take(its_feeder, scene.jobs, item);
  scene.acquired(its_feeder, Resource::write_lock, scene.jobs);
  scene.kill(scene.main, victim);
  auto const survivor = scene.process("survivor", scene.main);
  auto const feeder = scene.feeder(survivor, scene.jobs);
  auto const other = scene.put(survivor, scene.jobs);
  scene.take(feeder, scene.jobs, other);
  scene.blocked(feeder, Resource::write_lock, scene.jobs, other);
  scene.starve(scene.main, scene.jobs);
  Verdict const verdict(scene);
  INFO(verdict.text);
  REQUIRE(verdict.diagnosis.findings.size() == 2);
  CHECK(verdict.diagnosis.findings[0].mistake == BugPattern::killed_feeder);
  CHECK(verdict.diagnosis.findings[1].mistake == BugPattern::items_lost_at_exit);
  auto const chain = why(scene.trace(), scene.world(), scene.main);
  REQUIRE(chain.links.size() == 3);
  CHECK(chain.links[1].actor == feeder);
  CHECK(chain.links[2].actor == its_feeder);
  CHECK(chain.hopeless);
}

TEST_CASE("killed while holding the join lock") {
  Scene scene(QueueClass::joinable);
  auto const victim = scene.process("victim", scene.main);
  scene.acquired(victim, Resource::condition_lock, scene.jobs);
  scene.kill(scene.main, victim);
  scene.call(scene.main, Kind::join_begin, scene.jobs);
  scene.blocked(scene.main, Resource::condition_lock, scene.jobs);
  Verdict const verdict(scene);
  check_mistake(verdict, BugPattern::killed_holder, {"victim was killed while it held the join lock of jobs"});
  CHECK(verdict.says("It all hangs on victim, which is dead: main never goes on."));
}

TEST_CASE("killed joiner") {
  Scene scene(QueueClass::joinable);
  auto const feeder = scene.feeder(scene.main, scene.jobs);
  auto const item = scene.put(scene.main, scene.jobs, "7", true);
  scene.feed(feeder, scene.jobs, item);
  auto const victim = scene.process("victim", scene.main);
  scene.begin_join(victim, scene.jobs);
  scene.kill(scene.main, victim);
  scene.get(scene.main, scene.jobs, item);
  scene.call(scene.main, Kind::task_done_begin, scene.jobs);
  scene.acquired(scene.main, Resource::condition_lock, scene.jobs);
  scene.acquired(scene.main, Resource::unfinished, scene.jobs);
  scene.acquired(scene.main, Resource::sleeping, scene.jobs);
  scene.released(scene.main, Resource::barrier, scene.jobs);
  scene.blocked(scene.main, Resource::woken_joiner, scene.jobs);
  check_mistake(Verdict(scene), BugPattern::killed_joiner,
                {"victim was killed while it slept in join", "cannot answer"});
}

TEST_CASE("task_done forgotten: the right item is named even if later ones were finished") {
  Scene scene(QueueClass::joinable);
  auto const feeder = scene.feeder(scene.main, scene.jobs);
  auto const consumer = scene.process("consumer", scene.main, mp::trace::process_daemon);
  std::vector<ItemId> items;
  for (auto const* value : {"1", "2", "3"}) items.push_back(scene.put(scene.main, scene.jobs, value, true));
  for (auto item : items) scene.feed(feeder, scene.jobs, item);
  scene.begin_join(scene.main, scene.jobs);
  scene.get(consumer, scene.jobs, items[0]);
  scene.task_done(consumer, scene.jobs, items[0]);
  scene.get(consumer, scene.jobs, items[1]);
  scene.get(consumer, scene.jobs, items[2]);
  scene.task_done(consumer, scene.jobs, items[1]);  // the queue counts the oldest
  scene.starve(consumer, scene.jobs);
  Verdict const verdict(scene);
  check_mistake(verdict, BugPattern::task_done_forgotten,
                {"task_done was never called for 2", "consumer got 2 and went on"});
  CHECK(verdict.diagnosis.findings[0].items == std::vector{items[1]});
}

TEST_CASE("an item dropped by the feeder") {
  Scene scene(QueueClass::joinable);
  auto const feeder = scene.feeder(scene.main, scene.jobs);
  auto const item = scene.put(scene.main, scene.jobs, "file", true);
  scene.item_event(feeder, Kind::buffer_take, scene.jobs, item);
  scene.item_event(feeder, Kind::serialise_failed, scene.jobs, item, 0, "no");
  scene.blocked(feeder, Resource::buffered_item, scene.jobs);
  scene.begin_join(scene.main, scene.jobs);
  Verdict const verdict(scene);
  check_mistake(verdict, BugPattern::unserialisable_item,
                {"file could not be turned into bytes and vanished", "1 task is unfinished: file (dropped by"});
}

TEST_CASE("a full queue without a reader") {
  Scene scene(QueueClass::queue, 1);
  scene.put(scene.main, scene.jobs);
  auto const item = scene.begin_put(scene.main, scene.jobs);
  scene.blocked(scene.main, Resource::slot, scene.jobs, item);
  check_mistake(Verdict(scene), BugPattern::own_queue, {"jobs is full", "Nobody is left who could get"});
}

TEST_CASE("items lost with cancel_join_thread") {
  Scene scene;
  auto const producer = scene.process("producer", scene.main);
  scene.feeder(producer, scene.jobs);
  for (int i = 0; i < 3; ++i) scene.put(producer, scene.jobs, "line");
  scene.call(producer, Kind::cancel_join_thread, scene.jobs);
  scene.end(producer);
  Verdict const verdict(scene);
  CHECK_FALSE(verdict.diagnosis.stuck);
  check_mistake(verdict, BugPattern::items_lost_at_exit,
                {"Nobody is stuck, but 3 items of producer were lost", "cancel_join_thread"});
}

TEST_CASE("an actor that waits for a running one is not stuck") {
  Scene scene;
  auto const consumer = scene.process("consumer", scene.main);
  scene.starve(consumer, scene.jobs);
  scene.blocked(scene.main, Resource::deadline, mp::trace::no_object, {}, 1000);
  auto const chain = why(scene.trace(), scene.world(), consumer);
  CHECK_FALSE(chain.hopeless);
  CHECK(chain.root == scene.main);
  CHECK_FALSE(Verdict(scene).diagnosis.stuck);
  CHECK(why(scene.trace(), scene.world(), 99).links.empty());
}

TEST_CASE("a sleeping actor continues by itself") {
  Scene scene;
  scene.blocked(scene.main, Resource::deadline, mp::trace::no_object, {}, 3'000'000);
  auto const chain = why(scene.trace(), scene.world(), scene.main);
  REQUIRE(chain.links.size() == 1);
  CHECK(chain.links[0].sentence == "main sleeps 3.00 ms. It goes on by itself.");
}

TEST_CASE("a process that runs its exit steps puts nothing more") {
  Scene scene;
  auto const consumer = scene.process("consumer", scene.main);
  scene.starve(consumer, scene.jobs);
  scene.tell({.actor = scene.main, .kind = Kind::exit_begin});
  scene.blocked(scene.main, Resource::child_exit, consumer);
  auto const chain = why(scene.trace(), scene.world(), consumer);
  CHECK(chain.hopeless);
  CHECK_FALSE(chain.cycle);
  CHECK(chain.links[0].because_of.empty());
  CHECK(chain.conclusion == "Nobody is left who could end the wait of consumer: consumer never goes on.");
}

TEST_CASE("200 actors with the same wait share one chain") {
  Scene scene;
  std::vector<ActorIndex> consumers;
  for (int i = 0; i < 200; ++i) consumers.push_back(scene.process("consumer-" + std::to_string(i), scene.main));
  scene.starve(consumers[0], scene.jobs);
  for (std::size_t i = 1; i < consumers.size(); ++i) {
    scene.call(consumers[i], Kind::get_begin, scene.jobs);
    scene.blocked(consumers[i], Resource::read_lock, scene.jobs);
  }
  scene.join_process(scene.main, consumers[7]);
  Verdict const verdict(scene);
  check_mistake(verdict, BugPattern::nothing_to_get, {"consumer-0, consumer-1, consumer-2 and 197 more wait in get"});
  CHECK(verdict.diagnosis.chains.size() == 1);
}

TEST_CASE("a consumer killed in get is not missing a sentinel if enough were put") {
  for (int const sentinels : {1, 2}) {
    Scene scene;
    auto const feeder = scene.feeder(scene.main, scene.jobs);
    auto const one = scene.process("one", scene.main), two = scene.process("two", scene.main);
    std::vector<ItemId> put;
    for (int i = 0; i < sentinels; ++i) put.push_back(scene.put(scene.main, scene.jobs, "None"));
    for (ItemId const item : put) scene.feed(feeder, scene.jobs, item);
    scene.get(one, scene.jobs, put[0]);
    scene.end(one);
    scene.starve(two, scene.jobs);
    scene.kill(scene.main, two);
    scene.end(scene.main);
    Verdict const verdict(scene);
    CAPTURE(verdict.text);
    CHECK(verdict.says("too few sentinels") == (sentinels == 1));
  }
}
