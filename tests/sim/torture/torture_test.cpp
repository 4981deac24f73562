// A small kill matrix and small kill storms; `queuescope torture` runs the full ones.
#include <doctest/doctest.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <string>

#include "sim/process/process_tree.hpp"
#include "sim/torture/matrix.hpp"
#include "tests/sim/support/recorded.hpp"
#include "tests/support/processes.hpp"

using namespace tests;
using qs::KillMatrix;

namespace {

KillMatrix matrix_of(std::string const& scenario, std::map<std::string, std::string> const& settings) {
  qs::MatrixOptions options;
  options.run = qs::scenario_run(*qs::scenarios::find(scenario), settings);
  options.run.supervisor = QUEUESCOPE_CLI;
  options.most_kills = 40;
  options.processor = sched_getcpu();
  std::atomic<bool> const not_interrupted{false};
  return qs::kill_matrix(options, not_interrupted, [](KillMatrix const&) {});
}

struct Answer {
  int code;
  std::string out;
};

Answer torture(std::string const& words) {
  std::string const line = "timeout -s KILL 120 '" QUEUESCOPE_CLI "' torture " + words + " 2>/dev/null";
  std::FILE* const pipe = popen(line.c_str(), "r");
  REQUIRE(pipe != nullptr);
  Answer answer{0, ""};
  std::array<char, 4096> buffer;
  for (std::size_t size; (size = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    answer.out.append(buffer.data(), size);
  answer.code = qs::exit_code_of(pclose(pipe));
  return answer;
}

void check_storm(std::string const& words) {
  Answer const answer = torture("storm --items 20000 --kills 200 " + words);
  CAPTURE(answer.out);
  CHECK(answer.code == 0);
  CHECK(answer.out.find("the promise was kept") != std::string::npos);
  CHECK(descendants(getpid()).empty());
}

}  // namespace

TEST_CASE("torture: hardened queues keep their promise when any process is killed at any step") {
  for (std::string const name : {"joinable-daemon", "backpressure", "killed-joiner", "simple-queue"}) {
    CAPTURE(name);
    KillMatrix const found = matrix_of(name, {{"mechanism", "hardened"}});
    CHECK(found.skipped.empty());
    CHECK(found.kills > 15);
    CHECK(found.kills == found.finished + found.waits + found.goes_on);
    CHECK(found.finished > 0);
    CHECK_MESSAGE(found.promises.empty(), (found.promises.empty() ? "" : found.promises.front().what));
  }
  CHECK(descendants(getpid()).empty());
}

TEST_CASE("torture: the cpython mechanism breaks the promise, and the reported schedule can be replayed") {
  KillMatrix const found = matrix_of("joinable-daemon", {{"mechanism", "cpython"}});
  CHECK(found.broken > 0);
  REQUIRE(!found.promises.empty());
  qs::RunOptions again = qs::scenario_run(*qs::scenarios::find("joinable-daemon"), {{"mechanism", "cpython"}});
  again.scheduler = std::make_shared<qs::ScheduledRun>(found.promises.front().schedule);
  Recorded const run(again, Recorded::Killed::anywhere);
  CHECK(run.trace.decisions.size() >= found.promises.front().schedule.size());
}

TEST_CASE("torture: a scenario that deadlocks without a kill is skipped, with the reason") {
  CHECK(matrix_of("close-wakes-nobody", {{"mechanism", "hardened"}}).skipped == "ends in a deadlock without a kill");
}

TEST_CASE("torture: a kill storm on an unbounded queue") { check_storm(""); }
TEST_CASE("torture: a kill storm on a bounded queue") { check_storm("--maxsize 64"); }
TEST_CASE("torture: a kill storm on a joinable queue") { check_storm("--joinable"); }
TEST_CASE("torture: a kill storm on a queue that redelivers") { check_storm("--redeliver --maxsize 64"); }

TEST_CASE("torture: Ctrl-C ends a storm and leaves no process behind") {
  Apart storm([] {
    std::freopen("/dev/null", "w", stdout);
    std::freopen("/dev/null", "w", stderr);
    execl(QUEUESCOPE_CLI, QUEUESCOPE_CLI, "torture", "storm", "--items", "50000000", "--kills", "1000000", nullptr);
  });
  wait_until([&] { return descendants(storm.pid()).size() >= 8; });
  kill(storm.pid(), SIGINT);
  CHECK(storm.code() == 130);
  CHECK(descendants(getpid()).empty());
}

TEST_CASE("torture: a usage error exits with a non-zero code") {
  CHECK(torture("").code == 2);
  CHECK(torture("matrix no-such-scenario").code == 2);
  CHECK(torture("storm --producers 0").code != 0);
}
