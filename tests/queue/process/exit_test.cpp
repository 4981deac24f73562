// How a process ends: queues flushed, daemons terminated, children joined, feeders joined.
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>

#include <doctest/doctest.h>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "tests/support/processes.hpp"
#include "tests/support/shared.hpp"

using namespace std::chrono_literals;

namespace {

std::string const large(300'000, 'x');  // does not fit the pipe

/// Runs `body` in a process to its end; returns how many of the three items that it put have arrived.
int arrive(std::function<void(mp::Queue<std::string>&)> const& body) {
  mp::Queue<std::string> queue;
  mp::Process process{[&] { body(queue); }};
  process.start();
  int arrived = 0;
  try {
    while (arrived < 3) {
      queue.get(mp::Block::yes, process.is_alive() ? 500ms : 50ms);
      ++arrived;
    }
  } catch (mp::Empty const&) {
  }
  process.join();
  return arrived;
}

void put_three(mp::Queue<std::string>& queue) {
  for (int item = 0; item < 3; ++item) queue.put(large);
}

}  // namespace

TEST_CASE("exit: all items are written before the process ends") {
  CHECK(arrive(put_three) == 3);
  CHECK(arrive([](auto& queue) {
          put_three(queue);
          queue.close();
        }) == 3);
  CHECK(arrive([](auto& queue) {
          put_three(queue);
          std::exit(3);
        }) == 3);
  CHECK(arrive([](auto& queue) {
          mp::Queue<std::string> taken = std::move(queue);
          put_three(taken);
        }) == 3);  // the queue is destroyed before the process ends
}

TEST_CASE("exit: an uncaught exception also flushes the queues") {
  auto const ended = tests::run_apart([] {
    std::exit(arrive([](auto& queue) {
      put_three(queue);
      throw std::runtime_error("after three puts");
    }));
  });
  CHECK(ended.code == 3);
}

TEST_CASE("exit: _exit skips everything") {
  mp::Queue<std::string> queue;
  mp::Process process{[&] {
    queue.put(std::string(60'000, 'x'));
    queue.put(std::string(60'000, 'y'));  // has no room
    tests::wait_until([&] { return !queue.empty(); });
    _exit(0);
  }};
  process.start();
  process.join();
  CHECK(process.exitcode() == 0);
  CHECK(queue.get().front() == 'x');
}

TEST_CASE("exit: the process waits until its items are read") {
  mp::Queue<std::string> queue;
  tests::Apart producer{[&] { queue.put(large); }};
  CHECK(producer.hangs());
  CHECK(queue.get() == large);
  CHECK(producer.code() == 0);
}

TEST_CASE("exit: a frame of 65,536 bytes fits the pipe, one byte more does not") {
  for (std::size_t const frame : {65'535u, 65'536u}) {
    mp::Queue<std::string> queue;
    tests::Apart producer{[&] { queue.put(std::string(frame - 8, 'x')); }};
    CHECK(producer.code() == 0);
    CHECK(queue.get().size() == frame - 8);
  }
  mp::Queue<std::string> queue;
  tests::Apart producer{[&] { queue.put(std::string(65'537 - 8, 'x')); }};
  CHECK(producer.hangs());
  CHECK(queue.get().size() == 65'537 - 8);
  CHECK(producer.code() == 0);
}

TEST_CASE("exit: after cancel_join_thread the process does not wait, and items are lost") {
  mp::Queue<std::string> queue;
  tests::Apart producer{[&] {
    for (int item = 0; item < 40; ++item) queue.put(std::string(4096 - 8, 'x'));  // 16 of them fit the pipe
    queue.cancel_join_thread();
  }};
  CHECK(producer.code() == 0);
  int arrived = 0;
  try {
    for (;; ++arrived) queue.get(mp::Block::yes, 20ms);
  } catch (mp::Empty const&) {
  }
  CHECK(arrived <= 16);
  CHECK(queue.qsize() == 40 - arrived);  // their slots are lost as well
}

TEST_CASE("exit: daemons are terminated, other children joined") {
  tests::Shared<std::atomic<int>> finished;
  tests::Flag ready;
  tests::Apart parent{[&] {
    mp::Process daemon{[&] {
                         signal(SIGTERM, SIG_DFL);
                         ready.raise();
                         tests::sleep_for_ever();
                       },
                       {.daemon = true}};
    daemon.start();
    ready.wait();
    mp::Process child{[&] {
      mp::sleep_for(50ms);
      ++*finished;
    }};
    child.start();
  }};
  CHECK(parent.code() == 0);
  CHECK(*finished == 1);
}

TEST_CASE("exit: a daemon ends with its parent, even if the parent is killed") {
  tests::Flag ready;
  tests::Shared<std::atomic<pid_t>> daemon_pid;
  tests::Apart parent{[&] {
    mp::Process daemon{[&] {
                         signal(SIGTERM, SIG_DFL);
                         *daemon_pid = getpid();
                         ready.raise();
                         tests::sleep_for_ever();
                       },
                       {.daemon = true}};
    daemon.start();
    tests::sleep_for_ever();
  }};
  ready.wait();
  kill(parent.pid(), SIGKILL);
  CHECK(parent.code() == -SIGKILL);
  tests::wait_until([&] {
    char const state = tests::state_of(*daemon_pid);
    return state == 'Z' || state == 0;
  });
}

TEST_CASE("exit: a handle may be destroyed before its process ends") {
  tests::Shared<std::atomic<int>> finished;
  tests::Apart parent{[&] {
    {
      mp::Process child{[&] {
        mp::sleep_for(50ms);
        ++*finished;
      }};
      child.start();
    }
    if (mp::active_children().size() != 1) std::exit(9);
  }};
  CHECK(parent.code() == 0);
  CHECK(*finished == 1);
}

TEST_CASE("exit: std::exit deep inside a child runs the child's sequence, not the parent's") {
  mp::Queue<int> queue;
  queue.put(1);
  CHECK(queue.get() == 1);  // this process has a feeder; the child must not inherit it
  mp::Process child{[&] {
    queue.put(2);
    std::exit(3);
  }};
  child.start();
  child.join();
  CHECK(child.exitcode() == 3);
  CHECK(queue.get() == 2);
  queue.put(4);
  CHECK(queue.get() == 4);
}

TEST_CASE("exit: a process that exits while its queue is used by another thread") {
  auto const ended = tests::run_apart([] {
    static mp::Queue<int> queue;  // lives longer than main
    queue.put(1);
    if (queue.get() != 1) std::exit(9);
    queue.put(2);
  });
  CHECK(ended.code == 0);
  CHECK(ended.err.empty());
}
