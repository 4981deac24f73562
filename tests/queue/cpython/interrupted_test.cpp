// Handled signals must have no effect on calls: EINTR is never an outcome.
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

#include <chrono>

#include <doctest/doctest.h>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "tests/support/processes.hpp"

using namespace std::chrono_literals;

namespace {

volatile sig_atomic_t storms = 0;

/// Interrupts this process five thousand times a second during its lifetime.
class Storm {
 public:
  Storm() {
    struct sigaction action {};
    action.sa_handler = [](int) { storms = storms + 1; };
    sigaction(SIGALRM, &action, &before_);
    itimerval const often{{0, 200}, {0, 200}};
    setitimer(ITIMER_REAL, &often, nullptr);
  }
  ~Storm() {
    itimerval const never{};
    setitimer(ITIMER_REAL, &never, nullptr);
    sigaction(SIGALRM, &before_, nullptr);
  }
  Storm(Storm const&) = delete;
  Storm& operator=(Storm const&) = delete;

 private:
  struct sigaction before_ {};
};

}  // namespace

TEST_CASE("interrupted: puts and gets succeed during a storm of signals") {
  mp::JoinableQueue<std::string> there{{.maxsize = 2}};
  mp::SimpleQueue<std::string> back;
  mp::Process echo{[&] {
    Storm const storm;
    for (int item = 0; item < 200; ++item) {
      std::string const text = there.get();
      there.task_done();
      back.put(text);
    }
  }};
  echo.start();
  Storm const storm;
  for (int item = 0; item < 200; ++item) {
    std::string const text(static_cast<std::size_t>(item) * 1500, 'x');
    there.put(text);
    CHECK(back.get() == text);
  }
  there.join();
  echo.join();
  CHECK(echo.exitcode() == 0);
  CHECK(storms > 0);
}

TEST_CASE("interrupted: time-outs are neither cut short nor made endless") {
  mp::Queue<int> queue{{.maxsize = 1}};
  queue.put(1);
  tests::wait_until([&] { return !queue.empty(); });
  Storm const storm;
  auto before = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(queue.put(2, mp::Block::yes, 60ms), mp::Full);
  CHECK(std::chrono::steady_clock::now() - before >= 55ms);
  CHECK(queue.get() == 1);
  before = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(queue.get(mp::Block::yes, 60ms), mp::Empty);
  CHECK(std::chrono::steady_clock::now() - before >= 55ms);
  before = std::chrono::steady_clock::now();
  mp::sleep_for(60ms);
  CHECK(std::chrono::steady_clock::now() - before >= 60ms);
}
