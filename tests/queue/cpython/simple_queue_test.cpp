#include <optional>
#include <stdexcept>

#include <doctest/doctest.h>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "tests/support/processes.hpp"

namespace {

struct Stubborn {
  int number = 0;
};
void mp_encode(mp::Encoder& out, Stubborn const& value) {
  if (value.number < 0) throw mp::NotSerialisable("a negative number");
  out(value.number);
}
void mp_decode(mp::Decoder& in, Stubborn& value) { in(value.number); }

}  // namespace

TEST_CASE("simple queue: an item is in the pipe when put returns") {
  mp::SimpleQueue<int> queue;
  CHECK(queue.empty());
  queue.put(1);
  CHECK(!queue.empty());
  queue.put(2);
  CHECK(queue.get() == 1);
  CHECK(queue.get() == 2);
  CHECK(queue.empty());
}

TEST_CASE("simple queue: has no feeder") {
  auto const ended = tests::run_apart([] {  // a process without the threads of earlier tests
    auto const threads = [] { return tests::numbers_in("/proc/self/task").size(); };
    auto const before = threads();
    mp::SimpleQueue<int> queue;
    queue.put(1);
    if (threads() != before) throw std::runtime_error("a thread was started");
  });
  CHECK(ended.code == 0);
}

TEST_CASE("simple queue: put throws what the codec throws, and sends nothing") {
  mp::SimpleQueue<Stubborn> queue;
  CHECK_THROWS_WITH_AS(queue.put({-1}), "a negative number", mp::NotSerialisable);
  CHECK(queue.empty());
  queue.put({1});
  CHECK(queue.get().number == 1);
}

TEST_CASE("simple queue: after close, every call throws OSError") {
  mp::SimpleQueue<int> queue;
  queue.close();
  queue.close();
  CHECK_THROWS_WITH_AS(queue.put(1), "handle is closed", mp::OSError);
  CHECK_THROWS_WITH_AS(queue.get(), "handle is closed", mp::OSError);
  CHECK_THROWS_WITH_AS(static_cast<void>(queue.empty()), "handle is closed", mp::OSError);
}

TEST_CASE("simple queue: put waits while the pipe is full") {
  mp::SimpleQueue<std::string> queue;
  tests::Flag done;
  tests::Apart const producer{[&] {
    for (int item = 0; item < 10; ++item) queue.put(std::string(20000, 'x'));
    done.raise();
  }};
  tests::wait_until([&] { return !queue.empty(); });
  CHECK(tests::state_of(producer.pid()) != 'Z');
  for (int item = 0; item < 10; ++item) CHECK(queue.get().size() == 20000);
  done.wait();
}

TEST_CASE("simple queue: several producers do not mix their messages") {
  mp::SimpleQueue<std::optional<std::string>> queue;
  std::vector<mp::Process> producers;
  for (char letter = 'a'; letter < 'e'; ++letter) {
    producers.emplace_back([&, letter] {
      for (int item = 0; item < 50; ++item) queue.put(std::string(30000, letter));
      queue.put(std::nullopt);
    });
    producers.back().start();
  }
  int ended = 0, items = 0;
  while (ended < 4) {
    auto const text = queue.get();
    if (!text) {
      ++ended;
      continue;
    }
    ++items;
    CHECK(*text == std::string(30000, text->front()));
  }
  CHECK(items == 200);
  for (auto& producer : producers) producer.join();
}
