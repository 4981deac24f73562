#include "sim/process/supervisor.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <tuple>

#include "sim/process/process_tree.hpp"
#include "tests/sim/support/program.hpp"

using namespace qs;

namespace {

SupervisorOptions shell(std::string const& script) {
  return {.command = {"sh", "-c", script}, .executable = queuescope_program()};
}

/// Waits until no process is left, for 30 s at most.
void wait_for_end(Supervisor& supervisor) {
  for (int seconds = 0; !supervisor.nobody_left() && seconds < 30; ++seconds) {
    pollfd waiting{supervisor.descriptor(), POLLIN, 0};
    poll(&waiting, 1, 1000);
    supervisor.poll();
  }
  REQUIRE(supervisor.nobody_left());
}

/// A shell script whose processes never end by themselves; five of them sleep for `duration` seconds.
std::string sleeping_processes(std::string const& duration) {
  return "(sleep " + duration + " & sleep " + duration + " & wait) & setsid sh -c 'sleep " + duration + " & sleep " +
         duration + " & wait' & sleep " + duration;
}

bool wait_for_sleepers(std::string const& duration, std::size_t count) {
  for (int tries = 0; tries < 2000; ++tries) {
    if (sleepers(duration) == count) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

/// A number of seconds that no other process sleeps for.
std::string unique_duration() {
  static int count = 0;
  return std::to_string(100'000'000 + getpid() * 100 + ++count);
}

}  // namespace

TEST_CASE("the program's exit code is returned") {
  Supervisor supervisor(shell("exit 7"));
  wait_for_end(supervisor);
  CHECK(supervisor.error() == "");
  CHECK(supervisor.exit_code() == 7);
}

TEST_CASE("the program gets the inherited environment and the given variables") {
  SupervisorOptions options = shell("test -n \"$PATH\" && test \"$QUEUESCOPE_GIVEN\" = 'two words'");
  options.environment = {"QUEUESCOPE_GIVEN=two words"};
  Supervisor supervisor(options);
  wait_for_end(supervisor);
  CHECK(supervisor.exit_code() == 0);
}

TEST_CASE("a fatal signal is returned as a negative exit code") {
  Supervisor supervisor(shell("kill -SEGV $$"));
  wait_for_end(supervisor);
  CHECK(supervisor.exit_code() == -SIGSEGV);
}

TEST_CASE("a program that cannot be started is reported with one sentence") {
  Supervisor supervisor({.command = {"./no-such-program"}, .executable = queuescope_program()});
  wait_for_end(supervisor);
  CHECK(supervisor.error() == "cannot start ./no-such-program: No such file or directory");
  CHECK(!supervisor.exit_code());

  Supervisor folder({.command = {"/tmp"}, .executable = queuescope_program()});
  wait_for_end(folder);
  CHECK(folder.error() == "cannot start /tmp: Permission denied");

  Supervisor const nothing({});
  CHECK(nothing.nobody_left());
  CHECK(nothing.error() != "");
}

TEST_CASE("the run ends with the last descendant, not with the program") {
  std::string const duration = unique_duration();
  Supervisor supervisor(shell("setsid sh -c 'sleep 0.3' & exit 3"));
  auto const begin = std::chrono::steady_clock::now();
  wait_for_end(supervisor);
  CHECK(std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(250));
  CHECK(supervisor.exit_code() == 3);
}

TEST_CASE("the program starts with SIGINT ignored, no signal blocked, and without the supervisor's descriptors") {
  auto const file = std::filesystem::temp_directory_path() / ("supervisor_test_" + std::to_string(getpid()));
  std::string const script =
      "ls /proc/self/fd | wc -l > " + file.string() + "; grep -E 'Sig(Blk|Ign)' /proc/self/status >> " + file.string();
  auto const read_back = [&file] {
    std::ifstream in(file);
    std::string descriptors, name, blocked, ignored;
    in >> descriptors >> name >> blocked >> name >> ignored;
    return std::tuple(descriptors, std::stoull(blocked, nullptr, 16), std::stoull(ignored, nullptr, 16));
  };
  REQUIRE(std::system(script.c_str()) == 0);
  std::string const usual_descriptors = std::get<0>(read_back());

  Supervisor supervisor(shell(script));
  wait_for_end(supervisor);
  auto const [descriptors, blocked, ignored] = read_back();
  std::filesystem::remove(file);
  constexpr unsigned long long classic_signals = 0x7fffffff;  // above these, the C library uses signals of its own
  CHECK(descriptors == usual_descriptors);
  CHECK(blocked == 0);
  CHECK((ignored & classic_signals) == 1ull << (SIGINT - 1));
}

TEST_CASE("kill_all also kills background processes and other sessions") {
  std::string const duration = unique_duration();
  Supervisor supervisor(shell(sleeping_processes(duration)));
  REQUIRE(wait_for_sleepers(duration, 5));
  supervisor.kill_all();
  CHECK(sleepers(duration) == 0);
  CHECK(supervisor.nobody_left());
}

TEST_CASE("killing the supervisor leaves no process behind") {
  std::string const duration = unique_duration();
  Supervisor supervisor(shell(sleeping_processes(duration)));
  REQUIRE(wait_for_sleepers(duration, 5));
  for (pid_t const child : children()) kill(child, SIGKILL);
  wait_for_end(supervisor);
  CHECK(sleepers(duration) == 0);
}

TEST_CASE("killing the process that started the supervisor leaves no process behind") {
  std::string const duration = unique_duration();
  pid_t const starter = fork();
  if (starter == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    Supervisor const supervisor(shell(sleeping_processes(duration)));
    while (true) pause();
  }
  REQUIRE(wait_for_sleepers(duration, 5));
  kill(starter, SIGKILL);
  waitpid(starter, nullptr, 0);
  CHECK(wait_for_sleepers(duration, 0));
  kill_children();  // the orphaned supervisor is a child of this process
}

TEST_CASE("the children of a killed program run on until kill_all") {
  std::string const duration = unique_duration();
  Supervisor supervisor(shell("echo $$ > /dev/null; sleep " + duration + " & kill -KILL $$"));
  REQUIRE(wait_for_sleepers(duration, 1));
  for (int tries = 0; !supervisor.exit_code() && tries < 2000; ++tries) {
    supervisor.poll();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(supervisor.exit_code() == -SIGKILL);
  CHECK(!supervisor.nobody_left());
  CHECK(sleepers(duration) == 1);
  supervisor.kill_all();
  CHECK(sleepers(duration) == 0);
}

TEST_CASE("killing the supervisor spares unrelated processes") {
  pid_t const bystander = fork();
  if (bystander == 0) {
    while (true) pause();
  }
  {
    Supervisor supervisor(shell("sleep " + unique_duration()));
    for (pid_t const child : children()) {
      if (child != bystander) kill(child, SIGKILL);
    }
    wait_for_end(supervisor);
  }
  CHECK(kill(bystander, 0) == 0);
  CHECK(waitpid(bystander, nullptr, WNOHANG) == 0);
  kill(bystander, SIGKILL);
  waitpid(bystander, nullptr, 0);
}
