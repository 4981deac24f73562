// Queue: what each call does, in which order, and what it throws.
#include <chrono>

#include <doctest/doctest.h>

#include <mp/queue.hpp>

#include "tests/support/processes.hpp"

using namespace std::chrono_literals;
using mp::Block;
using mp::trace::Resource;
using std::chrono::steady_clock;

namespace {

/// Time-outs use the real-time clock, which may be adjusted meanwhile.
constexpr auto clock_tolerance = 5ms;

}  // namespace

TEST_CASE("queue: items come out in the order of their puts") {
  mp::Queue<int> queue;
  for (int item = 0; item < 1000; ++item) queue.put(item);
  for (int item = 0; item < 1000; ++item) CHECK(queue.get() == item);
}

TEST_CASE("queue: put takes a slot, and get releases it") {
  mp::Queue<int> queue{{.maxsize = 3}};
  CHECK(queue.maxsize() == 3);
  CHECK(queue.bytes().semaphore(Resource::slot) == 3);
  queue.put(1);
  queue.put(2);
  CHECK(queue.qsize() == 2);
  CHECK(!queue.full());
  queue.put(3);
  CHECK(queue.qsize() == 3);
  CHECK(queue.full());
  CHECK(queue.bytes().semaphore(Resource::slot) == 0);
  CHECK(queue.get() == 1);
  CHECK(queue.get(Block::yes, 10s) == 2);
  tests::wait_until([&] { return !queue.empty(); });
  CHECK(queue.get_nowait() == 3);
  CHECK(queue.qsize() == 0);
  CHECK(queue.empty());
  CHECK(queue.bytes().semaphore(Resource::slot) == 3);
}

TEST_CASE("queue: without a bound there are as many slots as a semaphore counts") {
  for (int const maxsize : {0, -1}) {
    mp::Queue<int> queue{{.maxsize = maxsize}};
    CHECK(queue.bytes().semaphore(Resource::slot) == 2147483647);
    queue.put(1);
    CHECK(queue.qsize() == 1);
    CHECK(!queue.full());
    queue.get();
  }
}

TEST_CASE("queue: a full queue raises Full, and nothing is put") {
  mp::Queue<int> queue{{.maxsize = 1, .name = "small"}};
  queue.put(1);
  CHECK_THROWS_AS(queue.put(2, Block::no), mp::Full);
  CHECK_THROWS_AS(queue.put_nowait(2), mp::Full);
  CHECK_THROWS_AS(queue.put(2, Block::no, 10s), mp::Full);  // a time-out counts only when it may block
  CHECK_THROWS_AS(queue.put(2, Block::yes, 0s), mp::Full);
  CHECK_THROWS_AS(queue.put(2, Block::yes, -1s), mp::Full);
  auto const before = steady_clock::now();
  CHECK_THROWS_AS(queue.put(2, Block::yes, 80ms), mp::Full);
  CHECK(steady_clock::now() - before >= 80ms - clock_tolerance);
  CHECK(queue.get() == 1);
  queue.put(3, Block::yes, 10s);
  CHECK(queue.get() == 3);
}

TEST_CASE("queue: an empty queue raises Empty") {
  mp::Queue<int> queue;
  CHECK_THROWS_AS(queue.get(Block::no), mp::Empty);
  CHECK_THROWS_AS(queue.get_nowait(), mp::Empty);
  CHECK_THROWS_AS(queue.get(Block::no, 10s), mp::Empty);
  CHECK_THROWS_AS(queue.get(Block::yes, 0s), mp::Empty);
  CHECK_THROWS_AS(queue.get(Block::yes, -1s), mp::Empty);
  CHECK_THROWS_AS(queue.get(Block::yes, mp::Nanoseconds::min()), mp::Empty);
  auto const before = steady_clock::now();
  CHECK_THROWS_AS(queue.get(Block::yes, 80ms), mp::Empty);
  CHECK(steady_clock::now() - before >= 80ms - clock_tolerance);
  CHECK(queue.bytes().semaphore(Resource::read_lock) == 1);  // released each time
  queue.put(1);
  CHECK(queue.get(Block::yes, 10s) == 1);
}

TEST_CASE("queue: the errors say what they are and where they came from") {
  mp::Queue<int> queue{{.maxsize = 1, .name = "jobs"}};
  auto const line = std::uint32_t{__LINE__ + 2};
  try {
    queue.get_nowait();
    FAIL("no exception");
  } catch (mp::Error const& error) {
    CHECK(std::string(error.kind()) == "Empty");
    CHECK(error.where().line() == line);
    CHECK(std::string(error.where().file_name()).find("put_get_test.cpp") != std::string::npos);
  }
  queue.put(1);
  try {
    queue.put_nowait(2);
    FAIL("no exception");
  } catch (mp::Error const& error) {
    CHECK(std::string(error.kind()) == "Full");
  }
}

TEST_CASE("queue: after close, put and get raise ValueError with CPython's words") {
  mp::Queue<int> queue{{.name = "jobs"}};
  queue.put(1);
  queue.close();
  queue.close();  // has no effect the second time
  CHECK_THROWS_WITH_AS(queue.put(2), "Queue jobs is closed", mp::ValueError);
  CHECK_THROWS_WITH_AS(queue.put_nowait(2), "Queue jobs is closed", mp::ValueError);
  CHECK_THROWS_WITH_AS(queue.get(), "Queue jobs is closed", mp::ValueError);
  CHECK_THROWS_WITH_AS(queue.get_nowait(), "Queue jobs is closed", mp::ValueError);
  queue.join_thread();
}

TEST_CASE("queue: join_thread before close is an error, after it waits for the feeder") {
  mp::Queue<std::string> queue;
  queue.put("a");
  CHECK_THROWS_AS(queue.join_thread(), mp::AssertionError);
  queue.close();
  queue.join_thread();
  queue.join_thread();  // has no effect the second time
}

TEST_CASE("queue: close and join_thread of a queue that was never used") {
  mp::Queue<int> queue;
  queue.close();
  queue.join_thread();
}

TEST_CASE("queue: names") {
  mp::Queue<int> const named{{.name = "jobs"}};
  mp::Queue<int> const first, second;
  CHECK(named.name() == "jobs");
  CHECK(first.name().substr(0, 6) == "queue-");
  CHECK(first.name() != second.name());
}

TEST_CASE("queue: move construction and move assignment") {
  mp::Queue<int> first{{.name = "first"}};
  first.put(1);
  mp::Queue<int> moved{std::move(first)};
  CHECK(moved.get() == 1);
  mp::Queue<int> other{{.name = "other"}};
  other = std::move(moved);
  CHECK(other.name() == "first");
  auto& same = other;
  other = std::move(same);
  other.put(2);
  CHECK(other.get() == 2);
}

TEST_CASE("queue: the bytes that arrive are checked against the type") {
  mp::Queue<std::string> queue;
  queue.put("abc");
  CHECK(queue.bytes().get(Block::yes, {}, mp::SourceLocation::current()) == mp::encode(std::string("abc")));
}

TEST_CASE("queue: a hundred queues release all their descriptors") {
  auto const descriptors = [] { return tests::numbers_in("/proc/self/fd").size(); };
  auto const before = descriptors();
  {
    std::vector<mp::Queue<int>> queues;
    for (int count = 0; count < 100; ++count) queues.emplace_back();
    for (auto& queue : queues) queue.put(1);
    for (auto& queue : queues) CHECK(queue.get() == 1);
  }
  tests::wait_until([&] { return descriptors() <= before; });  // the feeders end by themselves
}

TEST_CASE("queue: durations, deadlines, and calls that fail without an exception") {
  for (auto const mechanism : {mp::Mechanism::cpython, mp::Mechanism::hardened}) {
    mp::Queue<int> const queue{{.maxsize = 1, .mechanism = mechanism}};
    CHECK(queue.try_get() == std::nullopt);
    CHECK_THROWS_AS(queue.get(1ms), mp::Empty);
    CHECK_THROWS_AS(queue.get(-1h), mp::Empty);
    CHECK_THROWS_AS(queue.get_until(steady_clock::now() - 1s), mp::Empty);
    CHECK_THROWS_AS(queue.get_until(std::chrono::system_clock::now() + 1ms), mp::Empty);
    CHECK(queue.try_put(1));
    CHECK_FALSE(queue.try_put(2));
    CHECK_THROWS_AS(queue.put(2, 1ms), mp::Full);
    CHECK(queue.get(std::chrono::hours::max()) == 1);
    queue.put(3, std::chrono::duration<double>(10.0));
    CHECK(queue.get_until(steady_clock::now() + 10s) == 3);
    CHECK_FALSE(queue.full());
  }
}

static_assert(!mp::detail::CopiedBytewise<std::string_view> && !mp::detail::CopiedBytewise<std::span<int>> &&
              !mp::detail::CopiedBytewise<int const*>);
