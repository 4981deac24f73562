// A doctest listener: a separate process watches each running test case. When the case takes too long, the watchdog
// reports which thread of which process is blocked in which call, and ends all of them.
//
// It is a process and not a thread, because the tests fork, and forking a multithreaded process behaves differently.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/support/processes.hpp"

namespace {

constexpr double usual_limit_s = 60;

std::string contents(std::string const& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  std::string line = text.str();
  while (!line.empty() && line.back() == '\n') line.pop_back();
  return line;
}

std::string system_call(std::string const& words) {
  static std::map<long, std::string> const names{{SYS_read, "read"},
                                                 {SYS_write, "write"},
                                                 {SYS_writev, "writev"},
                                                 {SYS_readv, "readv"},
                                                 {SYS_poll, "poll"},
                                                 {SYS_ppoll, "ppoll"},
                                                 {SYS_futex, "futex"},
                                                 {SYS_wait4, "wait4"},
                                                 {SYS_clock_nanosleep, "clock_nanosleep"},
                                                 {SYS_waitid, "waitid"},
                                                 {SYS_select, "select"},
                                                 {SYS_epoll_wait, "epoll_wait"},
                                                 {SYS_restart_syscall, "restart_syscall"}};
  if (words == "running") return words;
  std::istringstream in(words);
  long number = -1;
  std::string first;
  in >> number >> first;
  auto const known = names.find(number);
  return (known == names.end() ? "system call " + std::to_string(number) : known->second) + "(" + first + ", ...)";
}

void report_threads(pid_t process) {
  std::string const folder = "/proc/" + std::to_string(process);
  std::fprintf(stderr, "  process %d (%s), parent %d\n", process, contents(folder + "/comm").c_str(),
               tests::parent_of(process));
  for (auto const thread : tests::numbers_in(folder + "/task")) {
    std::string const its = folder + "/task/" + std::to_string(thread);
    std::fprintf(stderr, "    thread %d (%s): in %s, waits in %s\n", thread, contents(its + "/comm").c_str(),
                 system_call(contents(its + "/syscall")).c_str(), contents(its + "/wchan").c_str());
    std::string const stack = contents(its + "/stack");
    if (!stack.empty()) std::fprintf(stderr, "      %s\n", stack.substr(0, stack.find('\n')).c_str());
  }
}

[[noreturn]] void watch(int commands, int tester) {
  prctl(PR_SET_NAME, "watchdog");
  pid_t const tester_pid = [&] {
    pid_t pid = 0;
    if (read(commands, &pid, sizeof pid) != sizeof pid) _exit(0);
    return pid;
  }();
  std::string test;
  double limit = -1;
  for (;;) {
    pollfd waiting[2] = {{commands, POLLIN, 0}, {tester, POLLIN, 0}};
    int const ready = poll(waiting, 2, limit < 0 ? -1 : static_cast<int>(limit * 1000));
    if (ready < 0) continue;
    if (ready > 0) {
      if ((waiting[1].revents & POLLIN) != 0) _exit(0);
      char line[512] = {};
      ssize_t const got = read(commands, line, sizeof line);
      if (got <= 0) _exit(0);
      char* name = nullptr;
      limit = std::strtod(line, &name);
      test = *name == ' ' ? name + 1 : name;
      continue;
    }
    std::fprintf(stderr, "\nWATCHDOG: \"%s\" is not done after %.0f s. Who is blocked on what:\n", test.c_str(), limit);
    report_threads(tester_pid);
    auto const family = tests::descendants(tester_pid);
    for (auto const process : family) report_threads(process);
    std::fflush(stderr);
    for (auto const process : family) kill(process, SIGKILL);
    kill(tester_pid, SIGKILL);
    _exit(0);
  }
}

class Watchdog final : public doctest::IReporter {
 public:
  explicit Watchdog(doctest::ContextOptions const&) {}

  void test_run_start() override {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) std::abort();
    int const tester = static_cast<int>(syscall(SYS_pidfd_open, getpid(), 0));
    pid_t const between = fork();
    if (between == 0) {
      if (fork() == 0) {
        close(ends[1]);
        watch(ends[0], tester);
      }
      _exit(0);
    }
    waitpid(between, nullptr, 0);  // the watchdog is an orphan now, so no test can reap it
    close(ends[0]);
    close(tester);
    commands_ = ends[1];
    pid_t const self = getpid();
    if (write(commands_, &self, sizeof self) != sizeof self) std::abort();
    prctl(PR_SET_CHILD_SUBREAPER, 1);  // orphans of a test are reparented to this process
  }
  void test_case_start(doctest::TestCaseData const& test) override {
    char const* const factor = std::getenv("QUEUESCOPE_TEST_TIMEOUT_SCALE");
    double const limit = test.m_timeout > 0 ? test.m_timeout : usual_limit_s;
    command(std::to_string(limit * (factor != nullptr ? std::atof(factor) : DEFAULT_TIMEOUT_SCALE)) + ' ' +
            test.m_name);
  }
  void test_case_end(doctest::CurrentTestCaseStats const&) override {
    command("-1 ");
    auto const lives = [](pid_t process) { return tests::state_of(process) != 'Z' && tests::state_of(process) != 0; };
    auto left = tests::descendants(getpid());
    // A killed process takes a while to release its memory, especially with a sanitizer.
    for (int tries = 0; tries < 500 && std::any_of(left.begin(), left.end(), lives); ++tries) {
      usleep(10'000);
      left = tests::descendants(getpid());
    }
    for (auto const process : left) {
      if (!lives(process)) continue;
      std::fprintf(stderr, "WATCHDOG: the test left a process behind:\n");
      report_threads(process);
      kill(process, SIGKILL);
      std::fflush(stderr);
      _exit(1);
    }
  }
  void report_query(doctest::QueryData const&) override {}
  void test_run_end(doctest::TestRunStats const&) override {}
  void test_case_reenter(doctest::TestCaseData const&) override {}
  void test_case_exception(doctest::TestCaseException const&) override {}
  void subcase_start(doctest::SubcaseSignature const&) override {}
  void subcase_end() override {}
  void log_assert(doctest::AssertData const&) override {}
  void log_message(doctest::MessageData const&) override {}
  void test_case_skipped(doctest::TestCaseData const&) override {}

 private:
  void command(std::string const& line) {
    if (write(commands_, line.data(), std::min<std::size_t>(line.size(), 500)) < 0) std::abort();
  }
  int commands_ = -1;
};

REGISTER_LISTENER("watchdog", 1, Watchdog);

}  // namespace
