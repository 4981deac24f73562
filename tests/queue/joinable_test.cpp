#include <doctest/doctest.h>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "tests/support/processes.hpp"

using mp::trace::Resource;

TEST_CASE("joinable: task_done may be called once for each put") {
  mp::JoinableQueue<int> queue;
  CHECK_THROWS_WITH_AS(queue.task_done(), "task_done() called too many times", mp::ValueError);
  queue.put(1);
  queue.put(2);
  CHECK(queue.bytes().semaphore(Resource::unfinished) == 2);
  queue.get();
  queue.task_done();
  queue.task_done();  // it counts; it does not know which
  CHECK_THROWS_WITH_AS(queue.task_done(), "task_done() called too many times", mp::ValueError);
  CHECK(queue.bytes().semaphore(Resource::unfinished) == 0);
  CHECK(queue.bytes().semaphore(Resource::condition_lock) == 1);
  queue.get();
}

TEST_CASE("joinable: a failed put adds no task") {
  mp::JoinableQueue<int> queue{{.maxsize = 1}};
  queue.put(1);
  CHECK_THROWS_AS(queue.put_nowait(2), mp::Full);
  CHECK(queue.bytes().semaphore(Resource::unfinished) == 1);
  queue.get();
}

TEST_CASE("joinable: join returns at once when there is nothing to wait for") {
  mp::JoinableQueue<int> queue;
  queue.join();
  queue.put(1);
  queue.get();
  queue.task_done();
  queue.join();
}

TEST_CASE("joinable: join waits for the last task, in several processes at once") {
  mp::JoinableQueue<int> queue;
  mp::Queue<int> joined;
  for (int item = 0; item < 3; ++item) queue.put(item);
  std::vector<mp::Process> joiners;
  for (int number = 0; number < 3; ++number) {
    joiners.emplace_back([&, number] {
      queue.join();
      joined.put(number);
    });
    joiners.back().start();
  }
  tests::wait_until([&] { return queue.bytes().semaphore(Resource::sleeping) == 3; });
  queue.task_done();
  queue.task_done();
  CHECK_THROWS_AS(joined.get(mp::Block::yes, std::chrono::milliseconds{50}), mp::Empty);
  queue.task_done();
  int sum = 0;
  for (int count = 0; count < 3; ++count) sum += joined.get();
  CHECK(sum == 3);
  for (auto& joiner : joiners) {
    joiner.join();
    CHECK(joiner.exitcode() == 0);
  }
  for (auto const counter : {Resource::sleeping, Resource::woken_joiner, Resource::barrier}) {
    CAPTURE(static_cast<int>(counter));
    CHECK(queue.bytes().semaphore(counter) == 0);
  }
  for (int count = 0; count < 3; ++count) queue.get();
}

TEST_CASE("joinable: workers in other processes finish the tasks") {
  mp::JoinableQueue<int> queue{{.maxsize = 4}};
  std::vector<mp::Process> workers;
  for (int number = 0; number < 4; ++number) {
    workers.emplace_back(
        [&] {
          while (true) {
            queue.get();
            queue.task_done();
          }
        },
        mp::ProcessOptions{.daemon = true});
    workers.back().start();
  }
  for (int round = 0; round < 20; ++round) {
    for (int item = 0; item < 20; ++item) queue.put(item);
    queue.join();
    CHECK(queue.qsize() == 0);
    CHECK(queue.bytes().semaphore(Resource::unfinished) == 0);
  }
  for (auto& worker : workers) {
    worker.kill();
    worker.join();
  }
}

TEST_CASE("joinable: take() calls task_done once, when the task goes out of scope") {
  mp::JoinableQueue<int> queue;
  for (int item : {1, 2}) queue.put(item);
  {
    auto const task = queue.take();
    CHECK(task.value() == 1);
    CHECK(queue.bytes().semaphore(mp::trace::Resource::unfinished) == 2);
  }
  CHECK(queue.bytes().semaphore(mp::trace::Resource::unfinished) == 1);
  {
    auto task = queue.take();
    auto const moved = std::move(task);
    CHECK(moved.value() == 2);
  }
  queue.join();
  CHECK_THROWS_AS(queue.task_done(), mp::ValueError);
}
