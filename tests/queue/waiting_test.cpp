// Waiting calls beyond get and put: stop tokens, the end of all producers, several objects at once, and descriptors.
#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <numeric>
#include <stop_token>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <mp/process.hpp>
#include <mp/queue.hpp>
#include <mp/wait.hpp>

#include "tests/support/processes.hpp"

using namespace std::chrono_literals;
using Indexes = std::vector<std::size_t>;

namespace {

constexpr mp::Mechanism mechanisms[] = {mp::Mechanism::cpython, mp::Mechanism::hardened};

bool readable(int descriptor) {
  pollfd poll{descriptor, POLLIN, 0};
  return ::poll(&poll, 1, 0) == 1;
}

}  // namespace

TEST_CASE("stop token: a waiting get and a waiting put end when the stop is requested") {
  for (auto const mechanism : mechanisms) {
    mp::Queue<int> const queue{{.maxsize = 1, .mechanism = mechanism}};
    std::stop_source stop;
    std::thread stopper([&] {
      tests::wait_until([&] { return queue.qsize() == 0; });
      std::this_thread::sleep_for(5ms);
      stop.request_stop();
    });
    CHECK(queue.get(stop.get_token()) == std::nullopt);
    stopper.join();
    CHECK(queue.put(1, stop.get_token()));        // there is a slot
    CHECK_FALSE(queue.put(2, stop.get_token()));  // there is none
    std::stop_source no_stop;
    CHECK(queue.get(no_stop.get_token()) == 1);
    CHECK_THROWS_AS(queue.get(1ms), mp::Empty);  // later calls have nothing to do with the token
  }
}

TEST_CASE("done: consumers end when every producer has said done") {
  mp::Queue<int> const queue{{.maxsize = 4, .mechanism = mp::Mechanism::hardened, .producers = 3}};
  mp::Queue<int> const sums{{.mechanism = mp::Mechanism::hardened}};
  mp::ProcessGroup processes;
  for (int consumer = 0; consumer < 2; ++consumer) {
    processes.emplace_back([=] {
      int sum = 0;
      for (auto&& item : queue.until_closed()) sum += item;
      sums.put(sum);
    });
  }
  for (int producer = 0; producer < 3; ++producer) {
    processes.emplace_back([=] {
      for (int item = 1; item <= 100; ++item) queue.put(item);
      queue.done();
    });
  }
  processes.join();
  CHECK(sums.get() + sums.get() == 3 * 5050);
  CHECK_THROWS_AS(queue.done(), mp::ValueError);
  CHECK_THROWS_AS(queue.put(1), mp::ShutDown);
  mp::Queue<int> const none{{.mechanism = mp::Mechanism::hardened}};
  CHECK_THROWS_AS(none.done(), mp::ValueError);
  mp::Queue<int> const pipe{{.mechanism = mp::Mechanism::cpython}};
  CHECK_THROWS_AS(pipe.done(), mp::RuntimeError);
}

TEST_CASE("wait: tells which of several queues and processes are ready") {
  for (auto const mechanism : mechanisms) {
    mp::Queue<int> const first{{.mechanism = mechanism}};
    mp::Queue<int> const second{{.mechanism = mechanism}};
    mp::JoiningProcess child{[=] { first.get(); }};
    CHECK(mp::wait({first, second, child}, 1ms).empty());
    second.put(1);
    CHECK(mp::wait({first, second, child}) == Indexes{1});
    CHECK(second.get() == 1);
    first.put(1);
    CHECK(mp::wait({second, child}) == Indexes{1});
    CHECK(mp::wait({second}, 0s).empty());
    mp::Process not_started{[] {}};
    CHECK_THROWS_AS(mp::wait({not_started}), mp::ValueError);
  }
}

TEST_CASE("wait: wakes for an item of another process, and for the end of a queue") {
  for (auto const mechanism : mechanisms) {
    mp::Queue<int> const queue{{.mechanism = mechanism}}, other{{.mechanism = mechanism}};
    mp::JoiningProcess child{[=] {
      mp::sleep_for(20ms);
      queue.put(7);
    }};
    CHECK(mp::wait({other, queue}) == Indexes{1});
    CHECK(queue.get() == 7);
  }
  mp::Queue<int> queue{{.mechanism = mp::Mechanism::hardened}};
  queue.shutdown();
  CHECK(mp::wait({queue}) == Indexes{0});
}

TEST_CASE("descriptor: is readable while there are items") {
  for (auto const mechanism : mechanisms) {
    mp::Queue<int> const queue{{.mechanism = mechanism}};
    int const descriptor = queue.descriptor();
    CHECK_FALSE(readable(descriptor));
    mp::JoiningProcess{[=] {
      queue.put(1);
      queue.put(2);
    }};
    CHECK(readable(descriptor));
    CHECK(queue.get() == 1);
    CHECK(readable(descriptor));
    CHECK(queue.get() == 2);
    CHECK_FALSE(readable(descriptor));
    CHECK_THROWS_AS(queue.get_nowait(), mp::Empty);
    CHECK_FALSE(readable(descriptor));
  }
}
