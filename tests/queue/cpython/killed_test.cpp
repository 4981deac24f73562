// What CPython's mechanism does not survive: a lock's holder killed. It is the lesson, so it must stay so.
#include <signal.h>

#include <chrono>

#include <doctest/doctest.h>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "tests/support/processes.hpp"

using namespace std::chrono_literals;
using mp::trace::Resource;

namespace {

void kill_now(mp::Process& process) {
  process.kill();
  process.join();
}

}  // namespace

TEST_CASE("killed: a reader that waits for bytes takes the read lock with it") {
  mp::Queue<int> queue;
  mp::Process victim{[&] { queue.get(); }};
  victim.start();
  tests::wait_until([&] { return queue.bytes().semaphore(Resource::read_lock) == 0; });
  kill_now(victim);
  queue.put(1);
  tests::wait_until([&] { return !queue.empty(); });
  CHECK(queue.qsize() == 1);
  CHECK_THROWS_AS(queue.get_nowait(), mp::Empty);
  CHECK_THROWS_AS(queue.get(mp::Block::yes, 30ms), mp::Empty);
  tests::Apart reader{[&] { queue.get(); }};
  CHECK(reader.hangs());
}

TEST_CASE("killed: a waiter that holds nothing takes nothing with it") {
  mp::Queue<int> queue;
  mp::Process holder{[&] { queue.get(); }};
  holder.start();
  tests::wait_until([&] { return queue.bytes().semaphore(Resource::read_lock) == 0; });
  mp::Process waiter{[&] { queue.get(); }};
  waiter.start();
  mp::sleep_for(50ms);
  kill_now(waiter);
  queue.put(1);
  holder.join();
  queue.put(2);
  CHECK(queue.get() == 2);
}

TEST_CASE("killed: a writer in mid-message leaves a torn one, on which even get_nowait blocks") {
  mp::Queue<std::string> queue;
  mp::Process victim{[&] { queue.put(std::string(200'000, 'x')); }};
  victim.start();
  tests::wait_until([&] { return !queue.empty(); });
  mp::sleep_for(50ms);
  kill_now(victim);
  tests::Apart reader{[&] { queue.get_nowait(); }};
  CHECK(reader.hangs());
}

TEST_CASE("killed: a feeder takes the write lock with it, and every later item stays in its buffer") {
  mp::Queue<std::string> queue;
  queue.put(std::string(65'536 - 8, 'x'));
  tests::wait_until([&] { return !queue.empty(); });
  tests::wait_until([&] { return queue.bytes().semaphore(Resource::write_lock) == 1; });
  mp::Process victim{[&] { queue.put("last words"); }};
  victim.start();
  tests::wait_until([&] { return queue.bytes().semaphore(Resource::write_lock) == 0; });
  mp::sleep_for(50ms);
  kill_now(victim);
  CHECK(queue.get().size() == 65'536 - 8);
  tests::Apart survivor{[&] {
    for (int item = 0; item < 100; ++item) queue.put("unheard");
  }};
  CHECK(survivor.hangs());
  CHECK(queue.qsize() == 101);
  CHECK(queue.empty());
}

TEST_CASE("killed: a joiner never answers, and task_done waits for it") {
  mp::JoinableQueue<int> queue;
  queue.put(1);
  CHECK(queue.get() == 1);
  mp::Process victim{[&] { queue.join(); }};
  victim.start();
  tests::wait_until([&] { return queue.bytes().semaphore(Resource::sleeping) == 1; });
  kill_now(victim);
  tests::Apart worker{[&] { queue.task_done(); }};
  CHECK(worker.hangs());
  CHECK(queue.bytes().semaphore(Resource::condition_lock) == 0);
}
