// Several threads of one process on one queue.
#include <algorithm>
#include <mutex>
#include <numeric>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <mp/queue.hpp>

TEST_CASE("threads: put and get from many threads lose and duplicate no item") {
  constexpr int threads = 4, items = 2000;
  mp::JoinableQueue<int> queue{{.maxsize = 10}};
  std::mutex mutex;
  std::vector<int> got;
  std::vector<std::thread> all;
  for (int thread = 0; thread < threads; ++thread) {
    all.emplace_back([&, thread] {
      for (int item = 0; item < items; ++item) queue.put(thread * items + item);
    });
    all.emplace_back([&] {
      std::vector<int> mine;
      for (int item = 0; item < items; ++item) {
        mine.push_back(queue.get());
        queue.task_done();
      }
      std::lock_guard const guard(mutex);
      got.insert(got.end(), mine.begin(), mine.end());
    });
  }
  for (auto& thread : all) thread.join();
  queue.join();
  std::sort(got.begin(), got.end());
  std::vector<int> expected(threads * items);
  std::iota(expected.begin(), expected.end(), 0);
  CHECK(got == expected);
}

TEST_CASE("threads: close in one thread while another puts") {
  for (int round = 0; round < 50; ++round) {
    mp::Queue<int> queue;
    std::thread putter{[&] {
      try {
        for (int item = 0; item < 100; ++item) queue.put(item);
      } catch (mp::ValueError const&) {
      }
    }};
    queue.close();
    putter.join();
  }
}
