// What CPython's mechanism does not survive: the death of a lock's holder. These hangs are intended behaviour.
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

TEST_CASE("killed: a reader killed while waiting for bytes leaves the read lock locked") {
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

TEST_CASE("killed: the death of a waiter that holds no lock has no effect") {
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

TEST_CASE("killed: a writer killed in mid-message leaves a torn one, on which even get_nowait blocks") {
  mp::Queue<std::string> queue;
  mp::Process victim{[&] { queue.put(std::string(200'000, 'x')); }};
  victim.start();
  tests::wait_until([&] { return !queue.empty(); });
  mp::sleep_for(50ms);
  kill_now(victim);
  tests::Apart reader{[&] { queue.get_nowait(); }};
  CHECK(reader.hangs());
}

TEST_CASE("killed: a dead feeder leaves the write lock locked, and later items stay in their buffers") {
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

TEST_CASE("killed: task_done hangs waiting for the reply of a dead joiner") {
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
