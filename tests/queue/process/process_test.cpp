// Process: start, join, end, and its state.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <thread>

#include <doctest/doctest.h>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "tests/support/processes.hpp"
#include "tests/support/shared.hpp"

using namespace std::chrono_literals;

TEST_CASE("process: the state before, during and after its run") {
  tests::Flag go;
  mp::Process process{[&] { go.wait(); }, {.name = "worker"}};
  CHECK(process.pid() == 0);
  CHECK(process.sentinel() == -1);
  CHECK(!process.is_alive());
  CHECK(process.exitcode() == std::nullopt);
  CHECK(process.name() == "worker");
  CHECK(!process.daemon());
  CHECK_THROWS_WITH_AS(process.join(), "can only join a started process", mp::AssertionError);
  process.start();
  CHECK(process.pid() > 0);
  CHECK(process.is_alive());
  CHECK(process.exitcode() == std::nullopt);
  CHECK_THROWS_WITH_AS(process.start(), "cannot start a process twice", mp::AssertionError);
  process.join(20ms);
  CHECK(process.is_alive());
  pollfd ended{process.sentinel(), POLLIN, 0};
  CHECK(poll(&ended, 1, 0) == 0);
  go.raise();
  process.join();
  CHECK(!process.is_alive());
  CHECK(process.exitcode() == 0);
  CHECK(poll(&ended, 1, 0) == 1);
  process.join();  // has no effect the second time
  process.terminate();
  CHECK(process.exitcode() == 0);
}

TEST_CASE("process: default names, and process_name()") {
  mp::Process one{[] {}}, two{[] {}};
  CHECK(one.name().substr(0, 8) == "process-");
  CHECK(one.name() != two.name());
  CHECK(mp::process_name() == "main");
  mp::Process named{[] {
                      if (mp::process_name() != "inner") std::exit(9);
                    },
                    {.name = "inner"}};
  named.start();
  named.join();
  CHECK(named.exitcode() == 0);
}

TEST_CASE("process: exit codes") {
  auto const code_of = [](std::function<void()> target) {
    mp::Process process{std::move(target)};
    process.start();
    process.join();
    return process.exitcode();
  };
  CHECK(code_of([] {}) == 0);
  CHECK(code_of([] { std::exit(5); }) == 5);
  CHECK(code_of([] { _exit(6); }) == 6);
  CHECK(code_of([] { std::_Exit(7); }) == 7);
  CHECK(code_of([] { raise(SIGKILL); }) == -SIGKILL);
  CHECK(code_of([] {
          signal(SIGUSR1, SIG_DFL);
          raise(SIGUSR1);
        }) == -SIGUSR1);
}

TEST_CASE("process: terminate is SIGTERM, kill is SIGKILL") {
  tests::Flag ready;
  mp::Process gentle{[&] {
    signal(SIGTERM, SIG_DFL);  // doctest's handler is inherited
    ready.raise();
    tests::sleep_for_ever();
  }};
  gentle.start();
  ready.wait();
  gentle.terminate();
  gentle.join();
  CHECK(gentle.exitcode() == -SIGTERM);

  mp::Process stubborn{[&] {
    signal(SIGTERM, SIG_IGN);
    ready.raise();
    tests::sleep_for_ever();
  }};
  stubborn.start();
  ready.wait();
  stubborn.terminate();
  stubborn.join(30ms);
  CHECK(stubborn.is_alive());
  stubborn.kill();
  stubborn.join();
  CHECK(stubborn.exitcode() == -SIGKILL);
}

TEST_CASE("process: an uncaught exception is reported with the process's name, and gives exit code 1") {
  auto const ended = tests::run_apart([] {
    mp::Process runtime{[] { throw std::runtime_error("the dog ate it"); }, {.name = "pupil"}};
    mp::Process own{[] { mp::Queue<int>{{.name = "jobs"}}.get_nowait(); }, {.name = "hasty"}};
    mp::Process odd{[] { throw 42; }, {.name = "odd"}};
    for (auto* process : {&runtime, &own, &odd}) {
      process->start();
      process->join();
      if (process->exitcode() != 1) std::exit(9);
    }
  });
  CHECK(ended.code == 0);
  for (char const* words : {"pupil", "the dog ate it", "hasty", "Empty", "process_test.cpp:", "odd"}) {
    CAPTURE(words);
    CHECK(ended.err.find(words) != std::string::npos);
  }
}

TEST_CASE("process: what a child prints before it ends is not lost, and not printed twice") {
  auto const ended = tests::run_apart([] {
    std::printf("parent ");
    mp::Process process{[] { std::printf("child "); }};
    process.start();
    process.join();
    std::printf("parent again");
  });
  CHECK(ended.out == "parent child parent again");
}

TEST_CASE("process: only the creating process may start, join and query it") {
  mp::Process target{[] {}};
  mp::Process other{[&] {
    int refused = 0;
    try {
      target.start();
    } catch (mp::AssertionError const&) {
      ++refused;
    }
    try {
      target.join();
    } catch (mp::AssertionError const&) {
      ++refused;
    }
    try {
      static_cast<void>(target.is_alive());
    } catch (mp::AssertionError const&) {
      ++refused;
    }
    std::exit(refused);
  }};
  other.start();
  other.join();
  CHECK(other.exitcode() == 3);
}

TEST_CASE("process: a daemon cannot start children") {
  mp::Process daemon{
      [] {
        mp::Process child{[] {}};
        try {
          child.start();
        } catch (mp::AssertionError const& error) {
          std::exit(std::string(error.what()) == "daemonic processes are not allowed to have children" ? 3 : 4);
        }
      },
      {.daemon = true}};
  CHECK(daemon.daemon());
  daemon.start();
  daemon.join();
  CHECK(daemon.exitcode() == 3);
}

TEST_CASE("process: a child has children of its own") {
  mp::Process outer{[] {
    mp::Process inner{[] { std::exit(4); }};
    inner.start();
    inner.join();
    std::exit(inner.exitcode() == 4 ? 0 : 1);
  }};
  outer.start();
  outer.join();
  CHECK(outer.exitcode() == 0);
}

TEST_CASE("process: active_children lists running children") {
  tests::Flag go;
  std::vector<mp::Process> children;
  for (char const* name : {"a", "b"}) {
    children.emplace_back([&] { go.wait(); }, mp::ProcessOptions{.name = name});
    children.back().start();
  }
  CHECK(mp::active_children() == std::vector<std::string>{"a", "b"});
  mp::Process child{[] { std::exit(mp::active_children().empty() ? 0 : 1); }};
  child.start();
  child.join();
  CHECK(child.exitcode() == 0);
  go.raise(2);
  for (auto& process : children) process.join();
  CHECK(mp::active_children().empty());
}

TEST_CASE("process: two threads may wait for one process") {
  tests::Flag go;
  mp::Process process{[&] { go.wait(); }};
  process.start();
  std::thread other{[&] { process.join(); }};
  go.raise();
  process.join();
  other.join();
  CHECK(process.exitcode() == 0);
}

TEST_CASE("process: sleep_for sleeps") {
  auto const before = std::chrono::steady_clock::now();
  mp::sleep_for(30ms);
  CHECK(std::chrono::steady_clock::now() - before >= 30ms);
  mp::sleep_for(-1s);
  mp::note("nobody records this");
}

// The undefined-behaviour sanitizer looks at memory through a pipe of its own, and needs descriptors for it.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool sanitizer_needs_descriptors = true;
#else
constexpr bool sanitizer_needs_descriptors = false;
#endif

TEST_CASE("process: start fails without a free descriptor, and leaves no child" *
          doctest::skip(sanitizer_needs_descriptors)) {
  tests::Shared<int> runs;
  auto const ended = tests::run_apart([&] {
    mp::Process process([&] { ++*runs; });
    rlimit before{};
    getrlimit(RLIMIT_NOFILE, &before);
    rlimit const few{static_cast<rlim_t>(tests::numbers_in("/proc/self/fd").back()), before.rlim_max};
    tests::must(setrlimit(RLIMIT_NOFILE, &few) == 0);
    std::vector<int> taken;  // what is still free below the limit
    for (int descriptor; (descriptor = dup(0)) >= 0;) taken.push_back(descriptor);
    bool thrown = false;
    try {
      process.start();
    } catch (mp::OSError const&) {
      thrown = true;
    }
    tests::must(thrown);
    tests::must(process.pid() == 0);
    for (int const descriptor : taken) close(descriptor);
    tests::must(setrlimit(RLIMIT_NOFILE, &before) == 0);
    tests::must(mp::active_children().empty());
    tests::must(waitpid(-1, nullptr, WNOHANG) == -1);  // no child
    process.start();
    process.join();
    tests::must(process.exitcode() == 0);
  });
  CHECK(ended.code == 0);
  CHECK(ended.err == "");
  CHECK(*runs == 1);
}

namespace {

void double_into(mp::Queue<int> const& results, int number) { results.put(2 * number); }

}  // namespace

TEST_CASE("process: a function with arguments, move-only captures, and copies of a queue") {
  mp::Queue<int> results{{.mechanism = mp::Mechanism::hardened}};
  mp::Process plain{double_into, results, 1};
  mp::Process named{{.name = "named"}, double_into, std::cref(results), 2};
  CHECK(named.name() == "named");
  mp::Process moved{[results, number = std::make_unique<int>(3)] { results.put(*number); }, {.name = "moved"}};
  for (auto* process : {&plain, &named, &moved}) {
    process->start();
    process->join();
    CHECK(process->exitcode() == 0);
  }
  CHECK(results.get() == 2);
  CHECK(results.get() == 4);
  CHECK(results.get() == 3);
}

TEST_CASE("process: a joining process and a group are joined by their destructors") {
  mp::Queue<int> const results{{.mechanism = mp::Mechanism::hardened}};
  {
    mp::JoiningProcess first{[results] { results.put(1); }, {.name = "first"}};
    mp::JoiningProcess second{std::move(first)};
    mp::JoiningProcess const third{double_into, results, 1};
    CHECK(second.name() == "first");
  }
  CHECK(results.qsize() == 2);
  {
    mp::ProcessGroup workers;
    for (int number : {1, 2, 3}) {
      mp::Process& worker = workers.emplace_back([results, number] { results.put(number); },
                                                 {.name = "worker-" + std::to_string(number)});
      CHECK(worker.pid() != 0);
    }
    CHECK(workers.size() == 3);
    workers.join();
    for (auto& worker : workers) CHECK(worker.exitcode() == 0);
  }
  CHECK(results.qsize() == 5);
}
