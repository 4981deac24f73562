// Each scenario ends as its description says, with its defaults and with parameters that change the outcome.
#include <doctest/doctest.h>

#include "sim/diagnosis/diagnosis.hpp"
#include "tests/sim/support/recorded.hpp"

using namespace tests;
using qs::Kind;
using qs::Outcome;
using qs::RunEnding;

TEST_CASE("joinable-daemon: the queue is joined, and the consumer dies with the main process") {
  auto const run = record("joinable-daemon");
  CHECK(run.ending() == RunEnding::finished);
  CHECK(run.queue("tasks").puts == 8);
  CHECK(run.queue("tasks").tasks_done >= 7);  // it may be killed before its last task_done returns
  CHECK(run.queue("tasks").unfinished == 0);
  CHECK(run.actor("consumer").state == ActorState::killed);
  CHECK(run.actor("consumer").daemon);
  CHECK(run.actor("consumer").exit_code == -15);
  CHECK(run.actor("main").exit_code == 0);
}

TEST_CASE("consumer-pool: all tasks are done, and all consumers die with the main process") {
  for (auto const* consumers : {"1", "5"}) {
    auto const run = record("consumer-pool", {{"consumers", consumers}, {"work_ms", "5"}});
    CHECK(run.ending() == RunEnding::finished);
    CHECK(run.queue("tasks").unfinished == 0);
    std::uint64_t done = 0;
    for (int number = 1; number <= std::stoi(consumers); ++number) {
      auto const& consumer = run.actor("consumer-" + std::to_string(number));
      CHECK(consumer.state == ActorState::killed);
      done += consumer.tasks_done;
    }
    CHECK(done >= 15);  // whoever does the last task may be killed before its task_done returns
  }
}

TEST_CASE("sentinel: the consumer leaves its loop and is joined") {
  auto const run = record("sentinel");
  CHECK(run.ending() == RunEnding::finished);
  CHECK(run.actor("consumer").state == ActorState::ended);
  CHECK(run.actor("consumer").exit_code == 0);
  CHECK(run.actor("consumer").gets == 9);
  CHECK(run.noted("the sentinel") == 1);
}

TEST_CASE("sentinel-per-consumer: with one sentinel too few the last consumer waits for ever") {
  auto const run = record("sentinel-per-consumer");
  CHECK(run.ending() == RunEnding::deadline);
  CHECK(run.waiting("consumer", Resource::pipe_data) == 1);
  CHECK(run.waits("main", Resource::child_exit));
  CHECK(run.queue("numbers").pipe_bytes == 0);
}

TEST_CASE("sentinel-per-consumer: with enough sentinels all consumers end") {
  for (auto const* sentinels : {"3", "5"}) {
    auto const run = record("sentinel-per-consumer", {{"sentinels", sentinels}, {"work_ms", "5"}});
    CHECK(run.ending() == RunEnding::finished);
    CHECK(run.waiting("consumer", Resource::pipe_data) == 0);
  }
}

TEST_CASE("backpressure: the patient producer waits, the impatient one gets Full") {
  auto const run = record("backpressure");
  CHECK(run.ending() == RunEnding::finished);
  CHECK(run.count(Kind::put_end, Outcome::full) > 0);
  CHECK(run.noted("Full: part") == run.count(Kind::put_end, Outcome::full));
  CHECK(run.actor("patient").blocked_ns > 0);
  CHECK(run.actor("patient").puts == 6);
  CHECK(run.queue("parts").free_slots == 3);
}

TEST_CASE("get-timeout: Empty at once, Empty after the time-out, and finally the items") {
  auto const run = record("get-timeout");
  CHECK(run.ending() == RunEnding::finished);
  CHECK(run.noted("get_nowait: Empty, at once") > 0);
  CHECK(run.noted("get: Empty, after the time-out") > 0);
  CHECK(run.actor("consumer").gets == 4);
}

TEST_CASE("unreliable-sizes: right after a put, qsize() is 1 and empty() is True") {
  auto const run = record("unreliable-sizes");
  CHECK(run.ending() == RunEnding::finished);
  CHECK(run.noted("qsize() is 1, empty() is True, full() is True") == 4);
  CHECK(run.noted("qsize() is 1, empty() is False, full() is True") == 4);
  CHECK(run.noted("qsize() is 0, empty() is True, full() is False") == 4);
}

TEST_CASE("close-wakes-nobody: the consumers stay blocked") {
  auto const run = record("close-wakes-nobody");
  CHECK(run.ending() == RunEnding::deadline);
  CHECK(run.actor("producer").state == ActorState::ended);
  CHECK(run.waiting("consumer", Resource::pipe_data) == 1);
  CHECK(run.waiting("consumer", Resource::read_lock) == 1);
  CHECK(run.waits("main", Resource::child_exit));
}

TEST_CASE("join-before-drain: one byte more than the pipe holds is a deadlock") {
  auto const run = record("join-before-drain");
  CHECK(run.ending() == RunEnding::deadline);
  CHECK(run.waits("main", Resource::child_exit));
  CHECK(run.waits("worker", Resource::feeder_end));
  CHECK(run.actor("worker").in_exit);
  CHECK(run.waits("worker feeder of results", Resource::pipe_room));
  CHECK(run.queue("results").write_lock.holder == run.index("worker feeder of results"));
}

TEST_CASE("join-before-drain: with a frame that fits into the pipe the worker exits") {
  for (auto const* bytes : {"8", "65535", "65536"}) {
    auto const run = record("join-before-drain", {{"frame_bytes", bytes}, {"work_ms", "0"}});
    CHECK(run.ending() == RunEnding::finished);
    CHECK(run.queue("results").gets == 1);
  }
}

TEST_CASE("cancel-join-thread: the producer exits at once, and what does not fit into the pipe is lost") {
  auto const run = record("cancel-join-thread");
  CHECK(run.ending() == RunEnding::finished);
  CHECK(run.noted("16 of 24 lines arrived") == 1);
  CHECK(run.actor("producer").exit_code == 0);
  CHECK(record("cancel-join-thread", {{"items", "16"}}).noted("16 of 16 lines arrived") == 1);
}

TEST_CASE("task-done-too-often: ValueError ends the consumer with exit code 1") {
  auto const run = record("task-done-too-often");
  CHECK(run.ending() == RunEnding::finished);
  CHECK(run.actor("consumer").exit_code == 1);
  CHECK(run.count(Kind::task_done_end, Outcome::too_often) == 1);
  CHECK(run.noted("the consumer's exit code is 1") == 1);
  CHECK(record("task-done-too-often", {{"too_many", "0"}}).noted("the consumer's exit code is 0") == 1);
}

TEST_CASE("task-done-forgotten: join waits for ever, and one item is still held") {
  auto const run = record("task-done-forgotten");
  CHECK(run.ending() == RunEnding::deadline);
  CHECK(run.waits("main", Resource::barrier));
  CHECK(run.queue("tasks").unfinished == 1);
  std::size_t held = 0;
  for (auto const& actor : run.end.actors) held += actor.holding.size();
  CHECK(held == 1);
  CHECK(record("task-done-forgotten", {{"forgotten", "0"}, {"work_ms", "5"}}).ending() == RunEnding::finished);
}

TEST_CASE("unserialisable-item: the item is dropped, its slot is freed, and join waits for ever") {
  auto const run = record("unserialisable-item");
  CHECK(run.ending() == RunEnding::deadline);
  CHECK(run.waits("main", Resource::barrier));
  CHECK(run.queue("jobs").dropped == 1);
  CHECK(run.queue("jobs").gets == 5);
  CHECK(run.queue("jobs").free_slots == 2);
  CHECK(run.queue("jobs").unfinished == 1);
  CHECK(record("unserialisable-item", {{"broken", "0"}, {"work_ms", "5"}}).ending() == RunEnding::finished);
}

TEST_CASE("killed-reader: the holder of the read lock is dead, and get raises Empty although there is an item") {
  auto const run = record("killed-reader");
  CHECK(run.ending() == RunEnding::deadline);
  CHECK(run.actor("victim").state == ActorState::killed);
  CHECK(run.queue("numbers").read_lock.holder == run.index("victim"));
  CHECK(run.waits("main", Resource::read_lock));
  CHECK(run.end.holder_of_wait(run.index("main")) == run.index("victim"));
  CHECK(run.noted("Empty, although qsize() is 1") == 4);
  CHECK(run.queue("numbers").pipe.size() == 1);
}

TEST_CASE("killed-writer: even get_nowait waits for the rest of the message") {
  auto const run = record("killed-writer");
  CHECK(run.ending() == RunEnding::deadline);
  CHECK(run.actor("victim").state == ActorState::killed);
  CHECK(run.waits("main", Resource::pipe_data));
  CHECK(run.actor("main").wait_timeout == -1);
  REQUIRE(run.queue("pictures").pipe.size() == 1);
  CHECK(run.queue("pictures").pipe.front().written < run.queue("pictures").pipe.front().frame);
}

TEST_CASE("killed-feeder-lock: every put succeeds, and nothing arrives") {
  auto const run = record("killed-feeder-lock");
  CHECK(run.ending() == RunEnding::deadline);
  CHECK(run.queue("lines").write_lock.holder == run.index("victim feeder of lines"));
  CHECK(run.queue("lines").pipe_bytes == 0);
  CHECK(run.actor("survivor").puts == 6);
  CHECK(run.waits("survivor feeder of lines", Resource::write_lock));
  CHECK(run.waits("survivor", Resource::feeder_end));
  CHECK(run.waits("main", Resource::pipe_data));
  CHECK(run.queue("lines").ends.at(run.index("survivor")).buffer.size() == 5);
}

TEST_CASE("killed-joiner: task_done waits for the killed joiner to answer") {
  auto const run = record("killed-joiner");
  CHECK(run.ending() == RunEnding::deadline);
  CHECK(run.actor("victim").state == ActorState::killed);
  CHECK(run.waits("main", Resource::woken_joiner));
  CHECK(run.queue("tasks").condition_lock.holder == run.index("main"));
}

TEST_CASE("killed-worker: the others do the rest, and join waits for the killed worker's task") {
  auto const run = record("killed-worker");
  CHECK(run.ending() == RunEnding::deadline);
  CHECK(run.actor("victim").state == ActorState::killed);
  CHECK(run.waits("main", Resource::barrier));
  CHECK(run.queue("tasks").unfinished == 1);
  CHECK(run.queue("tasks").gets == 4);
  auto const diagnosis = qs::diagnose(run.trace, run.end);
  REQUIRE(!diagnosis.findings.empty());
  CHECK(diagnosis.findings.front().title == "victim was killed with 1 in hand");
}

TEST_CASE("killed-worker on a hardened queue: join names the lost task, or it is redelivered") {
  auto const lost = record("killed-worker", {{"mechanism", "hardened"}});
  CHECK(lost.ending() == RunEnding::finished);
  CHECK(lost.noted("which victim had") == 1);
  auto const redelivered = record("killed-worker", {{"mechanism", "hardened"}, {"redeliver", "1"}});
  CHECK(redelivered.ending() == RunEnding::finished);
  CHECK(redelivered.noted("task 1 was in a dead worker's hands") == 1);
  CHECK(redelivered.queue("tasks").gets == 5);
}

TEST_CASE("interleaved-producers: each producer's letters arrive in order") {
  auto const run = record("interleaved-producers", {{"producers", "5"}, {"pause_ms", "3"}});
  CHECK(run.ending() == RunEnding::finished);
  CHECK(run.noted("the letters of each producer came in its order") == 1);
  CHECK(run.queue("letters").gets == 31);
}

TEST_CASE("simple-queue: put itself waits for room, and there is no feeder") {
  auto const run = record("simple-queue");
  CHECK(run.ending() == RunEnding::finished);
  CHECK(run.trace.actors.size() == 2);
  int waits = 0;
  for (auto const& event : run.trace.events) {
    waits += event.kind == Kind::blocked && event.resource() == Resource::pipe_room && event.actor == run.index("main");
  }
  CHECK(waits > 0);
}

TEST_CASE("crowd: two hundred processes on one queue run and are recorded") {
  auto const run = record("crowd", {{"processes", "200"}});
  CHECK(run.ending() == RunEnding::finished);
  CHECK(run.result.refused == 0);
  CHECK(run.queue("numbers").puts == 100 * 4 + 100);
  CHECK(run.queue("numbers").gets == 100 * 4 + 100);
  CHECK(run.queue("numbers").pipe_bytes == 0);
  for (auto const& actor : run.end.actors) CHECK(!actor.alive());
}
