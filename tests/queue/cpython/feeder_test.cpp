// The feeder: the thread of a putting process that serialises and writes items.
#include <pthread.h>

#include <atomic>
#include <csignal>
#include <mutex>
#include <system_error>
#include <thread>

#include <doctest/doctest.h>

#include <mp/queue.hpp>

#include "tests/support/processes.hpp"

using mp::trace::Resource;

namespace {

std::atomic<bool> hold_back{false};

/// Cannot be serialised if negative; serialising waits while `hold_back`.
struct Number {
  int value = 0;
};
void mp_encode(mp::Encoder& out, Number const& number) {
  while (hold_back) std::this_thread::yield();
  if (number.value < 0) throw mp::NotSerialisable("a negative number");
  if (number.value == 1000) throw std::runtime_error("an exception of another kind");
  if (number.value == 1001) throw 42;
  out(number.value);
}
void mp_decode(mp::Decoder& in, Number& number) { in(number.value); }
void mp_preview(std::string& out, Number const& number) { out += "number " + std::to_string(number.value); }

}  // namespace

TEST_CASE("feeder: right after a put, qsize is 1 and empty is true") {
  mp::Queue<Number> queue{{.maxsize = 1}};
  hold_back = true;
  queue.put({7});
  CHECK(queue.qsize() == 1);
  CHECK(queue.full());
  CHECK(queue.empty());
  CHECK_THROWS_AS(queue.get_nowait(), mp::Empty);
  hold_back = false;
  tests::wait_until([&] { return !queue.empty(); });
  CHECK(queue.get().value == 7);
}

TEST_CASE("feeder: the first put starts it") {
  mp::Queue<int> queue;
  auto const threads = [] { return tests::numbers_in("/proc/self/task").size(); };
  auto const before = threads();
  static_cast<void>(queue.qsize());
  static_cast<void>(queue.empty());
  CHECK(threads() == before);
  queue.put(1);
  queue.put(2);
  CHECK(threads() == before + 1);
  CHECK(queue.get() == 1);
  CHECK(queue.get() == 2);
  queue.close();
  queue.join_thread();
  tests::wait_until([&] { return threads() == before; });
}

TEST_CASE("feeder: an item that cannot be serialised is dropped and its slot released") {
  mp::Queue<Number> queue{{.maxsize = 1}};
  std::mutex mutex;
  std::vector<std::string> errors;
  queue.on_feeder_error([&](std::exception_ptr error, Number const& number) {
    std::lock_guard const guard(mutex);
    try {
      std::rethrow_exception(error);
    } catch (std::exception const& caught) {
      errors.push_back(std::to_string(number.value) + ": " + caught.what());
    } catch (int thrown) {
      errors.push_back(std::to_string(number.value) + ": " + std::to_string(thrown));
    }
  });
  queue.put({-1});
  queue.put({1000});  // waits for the slot of the item before
  queue.put({1001});
  queue.put({5});
  CHECK(queue.get().value == 5);
  CHECK(queue.qsize() == 0);
  std::lock_guard const guard(mutex);
  CHECK(errors == std::vector<std::string>{"-1: a negative number", "1000: an exception of another kind", "1001: 42"});
}

TEST_CASE("feeder: a dropped item remains an unfinished task") {
  mp::JoinableQueue<Number> queue;
  queue.on_feeder_error([](std::exception_ptr, Number const&) {});
  queue.put({-1});
  queue.put({1});
  CHECK(queue.get().value == 1);
  queue.task_done();
  CHECK(queue.bytes().semaphore(Resource::unfinished) == 1);
  tests::Apart joiner{[&] { queue.join(); }};
  CHECK(joiner.hangs());
}

TEST_CASE("feeder: without a hook it reports the queue, the item and the error on stderr") {
  auto const ended = tests::run_apart([] {
    mp::Queue<Number> queue{{.name = "jobs"}};
    queue.put({-7});
    queue.put({1});
    queue.get();
  });
  CHECK(ended.code == 0);
  CHECK(ended.err.find("jobs") != std::string::npos);
  CHECK(ended.err.find("number -7") != std::string::npos);
  CHECK(ended.err.find("a negative number") != std::string::npos);
}

TEST_CASE("feeder: a hook that throws does not stop it") {
  auto const ended = tests::run_apart([] {
    mp::Queue<Number> queue;
    queue.on_feeder_error([](std::exception_ptr, Number const&) { throw std::runtime_error("in the hook"); });
    queue.put({-1});
    queue.put({1});
    if (queue.get().value != 1) throw std::runtime_error("wrong item");
  });
  CHECK(ended.code == 0);
}

TEST_CASE("feeder: an unbounded put does not block while the pipe is full") {
  mp::Queue<std::string> queue;
  for (int item = 0; item < 100; ++item) queue.put(std::string(100'000, 'x'));  // far more than the pipe holds
  CHECK(queue.qsize() == 100);
  for (int item = 0; item < 100; ++item) CHECK(queue.get().size() == 100'000);
}

TEST_CASE("feeder: if no thread can be started, put throws, and restores the signal mask and the slot") {
  auto const ended = tests::run_apart([] {
    mp::Queue<int> queue{{.maxsize = 1}};
    pthread_attr_t before, unobtainable;
    pthread_getattr_default_np(&before);
    pthread_getattr_default_np(&unobtainable);
    tests::must(pthread_attr_setstacksize(&unobtainable, std::size_t{1} << 46) == 0);
    tests::must(pthread_setattr_default_np(&unobtainable) == 0);
    bool thrown = false;
    try {
      queue.put(1);
    } catch (std::system_error const&) {
      thrown = true;
    }
    tests::must(thrown);
    tests::must(pthread_setattr_default_np(&before) == 0);
    sigset_t blocked;
    pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
    tests::must(sigismember(&blocked, SIGTERM) == 0);
    tests::must(queue.qsize() == 0);
    queue.put_nowait(2);
    tests::must(queue.get() == 2);
  });
  CHECK(ended.code == 0);
  CHECK(ended.err == "");
}
