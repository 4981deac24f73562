// Mechanism::hardened without deaths: the same API and the same results as the other mechanism.
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "tests/support/processes.hpp"

using namespace std::chrono_literals;
using mp::Block;
using mp::Mechanism;

namespace {

mp::QueueOptions hardened(int maxsize = 0) { return {.maxsize = maxsize, .mechanism = Mechanism::hardened}; }

}  // namespace

TEST_CASE("hardened: items are in the queue, in order, when put returns") {
  mp::Queue<int> queue{hardened()};
  CHECK(queue.empty());
  for (int item = 0; item < 1000; ++item) queue.put(item);
  CHECK(queue.qsize() == 1000);
  CHECK_FALSE(queue.empty());
  for (int item = 0; item < 1000; ++item) CHECK(queue.get_nowait() == item);
  CHECK_THROWS_AS(queue.get_nowait(), mp::Empty);
}

TEST_CASE("hardened: items of every length, including across segment boundaries") {
  mp::Queue<std::string> queue{hardened()};
  std::vector<std::size_t> lengths;
  for (std::size_t length = 0; length < 70; ++length) lengths.push_back(length);
  for (std::size_t middle : {4096u, 65'488u, 65'504u, 65'520u, 65'536u, 131'040u, 1u << 20}) {
    for (std::size_t length = middle - 40; length < middle + 40; ++length) lengths.push_back(length);
  }
  lengths.push_back(20'000'000);
  auto const text = [](std::size_t length) {
    std::string made(length, '\0');
    for (std::size_t at = 0; at < length; ++at) made[at] = static_cast<char>('a' + (at * 7 + length) % 26);
    return made;
  };
  for (std::size_t length : lengths) {
    queue.put(text(length));
    queue.put(text(length / 3));
    CHECK(queue.get() == text(length));
    CHECK(queue.get() == text(length / 3));
  }
  for (std::size_t length : lengths) queue.put(text(length));
  for (std::size_t length : lengths) CHECK(queue.get() == text(length));
}

TEST_CASE("hardened: a bound, with and without a time-out") {
  mp::Queue<int> queue{hardened(2)};
  queue.put(1);
  queue.put(2);
  CHECK(queue.full());
  CHECK_THROWS_AS(queue.put_nowait(3), mp::Full);
  CHECK_THROWS_AS(queue.put(3, Block::yes, 20ms), mp::Full);
  CHECK(queue.get() == 1);
  CHECK_FALSE(queue.full());
  queue.put(3);
  CHECK(queue.get() == 2);
  CHECK(queue.get() == 3);
  CHECK_THROWS_AS(queue.get(Block::yes, 20ms), mp::Empty);
}

TEST_CASE("hardened: a waiting get returns when an item arrives, a waiting put when there is room") {
  mp::Queue<int> there{hardened(1)}, back{hardened(1)};
  mp::Process echo{[&] {
    for (int turn = 0; turn < 2000; ++turn) back.put(there.get() + 1);
  }};
  echo.start();
  for (int turn = 0; turn < 2000; ++turn) {
    there.put(turn);
    CHECK(back.get() == turn + 1);
  }
  echo.join();
  CHECK(echo.exitcode() == 0);
}

TEST_CASE("hardened: four producers and four consumers lose, duplicate and reorder no item") {
  constexpr int each = 20'000;
  for (int maxsize : {0, 3, 64}) {
    mp::Queue<std::pair<int, int>> queue{hardened(maxsize)};
    mp::Queue<std::vector<std::pair<int, int>>> seen{hardened()};
    std::vector<mp::Process> processes;
    for (int producer = 0; producer < 4; ++producer) {
      processes.emplace_back([&, producer] {
        for (int item = 0; item < each; ++item) queue.put({producer, item});
      });
    }
    for (int consumer = 0; consumer < 4; ++consumer) {
      processes.emplace_back([&] {
        std::vector<std::pair<int, int>> got;
        for (int item = 0; item < each; ++item) got.push_back(queue.get());
        seen.put(got);
      });
    }
    for (auto& process : processes) process.start();
    std::map<std::pair<int, int>, int> times;
    for (int consumer = 0; consumer < 4; ++consumer) {
      std::map<int, int> last;
      for (auto const& [producer, item] : seen.get()) {
        auto const [before, first] = last.try_emplace(producer, -1);
        REQUIRE(item > before->second);
        before->second = item;
        ++times[{producer, item}];
      }
    }
    for (auto& process : processes) process.join();
    CHECK(times.size() == 4 * each);
    CHECK(queue.empty());
  }
}

TEST_CASE("hardened: a producer may exit, and be killed, with everything still unread") {
  mp::Queue<std::string> queue{hardened()};
  mp::Process producer{[&] {
    for (int item = 0; item < 50; ++item) queue.put(std::string(100'000, static_cast<char>('a' + item % 26)));
  }};
  producer.start();
  producer.join();
  CHECK(producer.exitcode() == 0);
  for (int item = 0; item < 50; ++item) CHECK(queue.get() == std::string(100'000, static_cast<char>('a' + item % 26)));
}

TEST_CASE("hardened: put throws what the codec throws, and the queue stays empty") {
  struct Local {};
  mp::Queue<std::variant<int, std::string>> queue{hardened(1)};
  queue.put(std::string("good"));
  CHECK(std::get<std::string>(queue.get()) == "good");
  CHECK(queue.empty());
}

TEST_CASE("hardened: close is idempotent") {
  mp::Queue<int> queue{hardened()};
  queue.put(1);
  CHECK_THROWS_AS(queue.join_thread(), mp::AssertionError);
  queue.close();
  queue.close();
  CHECK_THROWS_WITH_AS(queue.put(2), doctest::Contains("is closed"), mp::ValueError);
  CHECK_THROWS_AS(queue.get(), mp::ValueError);
  queue.join_thread();
  mp::SimpleQueue<int> simple{hardened()};
  simple.put(1);
  CHECK(simple.get() == 1);
  simple.close();
  CHECK_THROWS_WITH_AS(simple.get(), "handle is closed", mp::OSError);
}

TEST_CASE("hardened: any process may finish a task") {
  mp::JoinableQueue<int> queue{hardened()};
  queue.join();
  for (int item = 0; item < 3; ++item) queue.put(item);
  mp::Process worker{[&] {
    for (int item = 0; item < 2; ++item) {
      queue.get();
      queue.task_done();
    }
  }};
  worker.start();
  worker.join();
  tests::Apart joiner{[&] { queue.join(); }};
  CHECK(queue.get() == 2);
  CHECK(joiner.hangs());
  queue.task_done();
  CHECK(joiner.code() == 0);
  CHECK_THROWS_AS(queue.task_done(), mp::ValueError);
  queue.put(7);
  queue.task_done();  // before the get, as CPython allows
  queue.join();
}

TEST_CASE("hardened: a thread finishes its own task, not another thread's") {
  mp::JoinableQueue<int> queue{{.mechanism = Mechanism::hardened, .redeliver = true}};
  queue.put(1);
  queue.put(2);
  pid_t const victim = fork();
  if (victim == 0) {
    queue.get();  // 1, and never done
    std::thread{[&] {
      queue.get();
      queue.task_done();
    }}.join();
    _exit(0);
  }
  waitpid(victim, nullptr, 0);
  CHECK(queue.get(Block::yes, 5s) == 1);
  CHECK(queue.redelivered());
  queue.task_done();
  queue.join();
}

TEST_CASE("hardened: threads of one process take and finish tasks at the same time") {
  auto const ended = tests::run_apart([] {
    constexpr int threads = 4, tasks = 20'000;
    mp::JoinableQueue<int> queue({.mechanism = Mechanism::hardened});
    std::vector<std::thread> workers;
    for (int worker = 0; worker < threads; ++worker) {
      workers.emplace_back([&] {
        for (int task = 0; task < tasks; ++task) {
          queue.get();
          queue.task_done();
        }
      });
    }
    for (int task = 0; task < threads * tasks; ++task) queue.put(task);
    for (auto& worker : workers) worker.join();
    queue.join();
    try {
      queue.task_done();
    } catch (mp::ValueError const& error) {
      std::puts(error.what());
    }
  });
  CHECK(ended.code == 0);
  CHECK(ended.out == "task_done() called too many times\n");
}

TEST_CASE("hardened: shutdown wakes waiting calls, and remaining items can be got") {
  mp::JoinableQueue<int> queue{hardened(2)};
  queue.put(1);
  queue.put(2);
  tests::Apart putter{[&] { CHECK_THROWS_AS(queue.put(3), mp::ShutDown); }};
  CHECK(putter.hangs());
  queue.shutdown();
  CHECK(putter.code() == 0);
  CHECK(queue.get() == 1);
  CHECK(queue.get() == 2);
  CHECK_THROWS_AS(queue.get(), mp::ShutDown);
  CHECK_THROWS_AS(queue.put(4), mp::ShutDown);
  queue.task_done();
  queue.task_done();
  queue.join();

  mp::JoinableQueue<int> dropped{hardened()};
  dropped.put(1);
  tests::Apart joiner{[&] { dropped.join(); }};
  tests::Apart getter{[&] {
    dropped.get();
    CHECK_THROWS_AS(dropped.get(), mp::ShutDown);
  }};
  CHECK(getter.hangs());
  dropped.put(2);
  dropped.shutdown(true);
  CHECK(dropped.empty());
  getter.code();
  mp::Queue<int> other{{.mechanism = Mechanism::cpython}};
  CHECK_THROWS_AS(other.shutdown(), mp::RuntimeError);
}

TEST_CASE("hardened: with tell_abandoned, a waiting call throws when no other process has the queue") {
  mp::Queue<int> queue{{.mechanism = Mechanism::hardened, .tell_abandoned = true}};
  CHECK_THROWS_AS(queue.get(), mp::Abandoned);
  mp::Process producer{[&] {
    queue.put(1);
    mp::sleep_for(300ms);
    queue.put(2);
  }};
  producer.start();
  CHECK(queue.get() == 1);
  CHECK(queue.get() == 2);
  CHECK_THROWS_AS(queue.get(), mp::Abandoned);
  producer.join();
  mp::Process victim{[&] { queue.get(); }};
  victim.start();
  tests::Apart waiter{[&] {
    try {
      queue.get();
    } catch (mp::Abandoned const&) {
      std::_Exit(7);
    }
  }};
  queue.close();
  victim.kill();
  victim.join();
  CHECK(waiter.code() == 7);
}

TEST_CASE("hardened: a child of a plain fork has the queue, open, and none of its parent's tasks") {
  mp::JoinableQueue<int> queue{hardened()};
  queue.put(1);
  queue.put(2);
  CHECK(queue.get() == 1);
  CHECK(tests::run_apart([&] {
          CHECK(queue.get() == 2);
          queue.task_done();
        }).code == 0);
  tests::Apart joiner{[&] { queue.join(); }};
  CHECK(joiner.hangs());
  queue.task_done();
  CHECK(joiner.code() == 0);
}

TEST_CASE("hardened: waiting uses no processor time") {
  mp::Queue<int> queue{hardened()};
  tests::Apart waiter{[&] { queue.get(); }};
  CHECK(waiter.hangs());
  queue.put(1);
  CHECK(waiter.code() == 0);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they need the address space
TEST_CASE("hardened: put waits or throws Full while all memory is in use, and all memory is reclaimed") {
  auto const ended = tests::run_apart([] {
    std::string const huge(100'000'000, 'x');
    rlim_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    rlim_t const little = pages * static_cast<rlim_t>(getpagesize()) + (320u << 20);  // most of it is for the ledger
    rlimit const limit{little, little};
    setrlimit(RLIMIT_AS, &limit);
    mp::Queue<std::string> queue{hardened()};
    auto const fill = [&](std::string const& item) {
      int count = 0;
      try {
        for (;; ++count) queue.put_nowait(item);
      } catch (mp::Full const&) {
      }
      return count;
    };
    auto const drain = [&] {
      while (!queue.empty()) queue.get();
    };
    std::string const small(60'000, 'x'), large(5'000'000, 'x');
    auto const says = [](bool right) { std::fputs(right ? "." : "!", stdout); };
    int const first = fill(small);
    says(first > 100);
    for (int time = 0; time < 5; ++time) {
      drain();
      says(fill(large) > 1);  // the last put took the remaining memory before it failed
      drain();
      says(fill(small) == first);
    }
    drain();
    try {
      queue.put(huge);
    } catch (mp::ValueError const& error) {
      std::puts(error.what());
    }
    queue.put("small");
    says(queue.get() == "small");
  });
  CHECK(ended.code == 0);
  CHECK(ended.out == "...........an item is larger than all memory of its queue\n.");
  CHECK(ended.err == "");
}
#endif

TEST_CASE("hardened: join throws when the only consumer has died and tasks remain") {
  for (bool const holds_a_task : {true, false}) {
    CAPTURE(holds_a_task);
    mp::JoinableQueue<int> queue{{.mechanism = mp::Mechanism::hardened, .name = "jobs"}};
    queue.put(1);
    queue.put(2);
    mp::Process consumer{[&] {
      queue.get();
      if (!holds_a_task) queue.task_done();
      raise(SIGKILL);
    }};
    consumer.start();
    consumer.join();
    if (holds_a_task) {
      CHECK_THROWS_AS(queue.join(), mp::TasksLost);
    }
    CHECK_THROWS_WITH_AS(queue.join(), "no other process has the queue jobs any more, and 1 of its tasks are not done",
                         mp::Abandoned);
    mp::Process successor{[&] {
      queue.get();
      queue.task_done();
    }};
    successor.start();
    queue.join();
    successor.join();
  }
}
