// `step`, `run --random` and `run --pace` as a user runs them.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/cli/console.hpp"
#include "sim/cli/step/stepper_command.hpp"
#include "sim/control/scheduler.hpp"
#include "sim/process/process_tree.hpp"
#include "sim/trace/trace_file.hpp"
#include "tests/sim/support/calls.hpp"

using namespace qs;
using qs::testing::Answer;
using qs::testing::call;
using qs::testing::has;
using qs::testing::TemporaryFolder;

namespace {

/// An interactive `queuescope step` to which the test sends commands.
class StepSession : public qs::testing::Started {
 public:
  explicit StepSession(std::vector<std::string> words) {
    adopt_orphans();
    int to[2], from[2];
    REQUIRE(pipe2(to, O_CLOEXEC) == 0);
    REQUIRE(pipe2(from, O_CLOEXEC) == 0);
    words.insert(words.begin(), queuescope_program());
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, to[0], 0);
    posix_spawn_file_actions_adddup2(&actions, from[1], 1);
    REQUIRE(posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    close(to[0]);
    close(from[1]);
    input_ = to[1];
    output_ = from[0];
  }
  ~StepSession() {
    close(input_);
    close(output_);
    kill_children();
  }
  StepSession(StepSession const&) = delete;
  StepSession& operator=(StepSession const&) = delete;

  void say(std::string const& line) const {
    REQUIRE(write(input_, (line + "\n").data(), line.size() + 1) == static_cast<ssize_t>(line.size() + 1));
  }
  /// Reads until the output contains `words`; returns what came before.
  std::string until(std::string const& words) {
    for (;;) {
      if (auto const found = read_.find(words); found != std::string::npos) {
        std::string before = read_.substr(0, found);
        read_.erase(0, found + words.size());
        return before;
      }
      pollfd waiting{output_, POLLIN, 0};
      REQUIRE_MESSAGE(poll(&waiting, 1, 60'000) == 1, "not printed: " << words << "; but: " << read_);
      char bytes[4096];
      auto const got = read(output_, bytes, sizeof bytes);
      REQUIRE_MESSAGE(got > 0, "ended without: " << words << "; but: " << read_);
      read_.append(bytes, static_cast<std::size_t>(got));
    }
  }

 private:
  int input_ = -1, output_ = -1;
  std::string read_;
};

}  // namespace

TEST_CASE("the commands of the stepper are parsed") {
  using cli::parse_step_command;
  using What = cli::StepCommand::What;
  CHECK(parse_step_command("").what == What::next);
  CHECK(parse_step_command(" n 5 ").number == 5);
  CHECK(parse_step_command("2").what == What::go);
  CHECK(parse_step_command("main feeder of jobs").word == "main feeder of jobs");
  CHECK(parse_step_command("until jobs.qsize > 3").word == "jobs.qsize > 3");
  CHECK(parse_step_command("back").number == 1);
  CHECK(parse_step_command("back 3").number == 3);
  CHECK(parse_step_command("q").what == What::quit);
  CHECK(parse_step_command("?").what == What::help);
  for (char const* wrong : {"until", "kill", "save", "n x", "back 0", "n -1", "run fast"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(parse_step_command(wrong), cli::UsageError);
  }
}

TEST_CASE("a scenario is stepped to its end, with steps back and other choices") {
  TemporaryFolder const folder;
  Answer const answer = call(folder, "step sentinel --set items=2 -o s.qtrace",
                             "\nn 2\nmain\nuntil consumer blocked\nwhy\nback 2\nnobody\n99\nmain/numbers\ntime\n"
                             "schedule\nsave half.qtrace\nhelp\nrun\n");
  CHECK(answer.code == 0);
  CHECK(has(answer.out, "Reached: consumer blocked."));
  CHECK(has(answer.out, "Back to step "));
  CHECK(has(answer.out, "there is no actor or command 'nobody'"));
  CHECK(has(answer.out, "main feeder of numbers begins"));
  CHECK(has(answer.out, "ended>"));
  CHECK(read_trace(folder / "half.qtrace").size() > 0);
  Trace const trace = read_trace(folder / "s.qtrace");
  CHECK(trace.run.ending == RunEnding::finished);
  CHECK(!trace.decisions.empty());
  CHECK(call(folder, "replay s.qtrace --times 2").code == 0);

  // The last line says how to repeat the run.
  auto const at = answer.out.find("--schedule \"");
  REQUIRE(at != std::string::npos);
  auto const begin = at + 12;
  std::string const schedule = answer.out.substr(begin, answer.out.find('"', begin) - begin);
  CHECK(parse_schedule(schedule) == schedule_of(trace));
}

TEST_CASE("until with a source line stops before the operation on that line") {
  TemporaryFolder const folder;
  REQUIRE(call(folder, "step sentinel -o s.qtrace", "run\n").code == 0);
  Trace const trace = read_trace(folder / "s.qtrace");
  auto const start = std::find_if(trace.events.begin(), trace.events.end(),
                                  [](Event const& event) { return event.kind == Kind::process_start; });
  REQUIRE(start != trace.events.end());
  auto const condition = "main at sentinel.cpp:" + std::to_string(trace.location(*start).line);
  Answer const answer = call(folder, "step sentinel", "until " + condition + "\nn\nquit\n");
  auto const stop = answer.out.find("Reached: " + condition);
  REQUIRE(stop != std::string::npos);
  CHECK(!has(answer.out.substr(0, stop), "main starts consumer"));
  CHECK(has(answer.out.substr(stop), "main starts consumer"));
}

TEST_CASE("time jumps to the next deadline if an actor waits for one") {
  TemporaryFolder const folder;
  Answer const answer = call(folder, "step sentinel", "time\nuntil main sleeping\ntime\nmain\nquit\n");
  CHECK(has(answer.out, "no one is waiting for a deadline."));
  auto const sleeps = answer.out.find("Reached: main sleeping.");
  REQUIRE(sleeps != std::string::npos);
  CHECK(!has(answer.out.substr(0, sleeps), "main wakes up"));
  CHECK(has(answer.out.substr(sleeps), "main wakes up"));
  CHECK(has(answer.out.substr(answer.out.find("To repeat it: ")), ",time,main"));
}

TEST_CASE("the trace so far can be saved while the program is paused") {
  TemporaryFolder const folder;
  Answer const answer = call(folder, "step sentinel", "n 4\nsave no/such/folder.qtrace\nsave half.qtrace\nrun\n");
  CHECK(answer.code == 0);
  CHECK(has(answer.out, "no/such/folder.qtrace"));
  CHECK(has(answer.out, "queuescope view half.qtrace"));
  Trace const half = read_trace(folder / "half.qtrace");
  CHECK(half.decisions.size() == 4);
  CHECK(half.run.scenario == "sentinel");
  CHECK(half.run.ending == RunEnding::none);
}

TEST_CASE("a deadlock is explained, and back, kill and quit lead out of it") {
  TemporaryFolder const folder;
  Answer const left = call(folder, "step sentinel-per-consumer", "run\nn\nquit\n");
  CHECK(left.code == 3);
  CHECK(has(left.out, "Deadlock: no one can take a step."));
  CHECK(has(left.out, "too few sentinels: 2 for 3 consumers"));
  Answer const killed = call(folder, "step sentinel-per-consumer", "run\nkill consumer-3\nrun\nback\nrun\n");
  CHECK(killed.code == 0);
  CHECK(has(killed.out, "main reaps consumer-3 (SIGKILL)"));
  Answer const end = call(folder, "step sentinel-per-consumer", "run\n");
  CHECK(end.code == 3);
  CHECK(call(folder, "step sentinel", "n 3\n").code == 0);
  CHECK(children().empty());
}

TEST_CASE("a program that runs free can be paused") {
  StepSession session({"step", "consumer-pool"});
  session.until("0 [main]> ");
  session.say("n 4");
  session.until("4 [");
  session.say("free");
  session.until("puts");
  session.say("");
  session.until("Paused.");
  session.say("quit");
  session.until("To repeat it: ");
  CHECK(session.wait_for_end() == 0);
  CHECK(StepSession::all_processes_end());
}

TEST_CASE("an actor that computes is shown as computing, and the others can be stepped") {
  TemporaryFolder const folder;
  std::string const file = (folder / "enough").string();
  StepSession session({"step", "--", COMPUTING, file});
  session.until("0 [main]> ");
  session.say("until item 1 buffered");
  session.until("Reached: item 1 buffered.");
  CHECK(has(session.until("main  "), ""));
  session.until("computing");
  session.say("until item 13 buffered");
  session.until("Reached: item 13 buffered.");
  std::ofstream(file) << "enough";
  session.say("run");
  session.until("ended> ");
  session.say("");
  session.until("To repeat it: ");
  CHECK(session.wait_for_end() == 0);
  CHECK(StepSession::all_processes_end());
}

TEST_CASE("killing queuescope while all actors are parked leaves no process behind") {
  for (int const signal : {SIGKILL, SIGINT, SIGTERM}) {
    CAPTURE(signal);
    StepSession session({"step", "consumer-pool"});
    session.until("0 [main]> ");
    session.say("n 9");
    session.until("9 [");
    CHECK(children_of(session.pid()).size() == 1);
    kill(session.pid(), signal);
    CHECK(session.wait_for_end() == (signal == SIGKILL ? -SIGKILL : 130));
    CHECK(StepSession::all_processes_end());
  }
}

TEST_CASE("run --random gives the same run for the same seed, and replays") {
  TemporaryFolder const folder;
  auto const run = [&](std::string const& more) {
    Answer const answer = call(folder, "run sentinel --json " + more);
    CHECK(answer.code == 0);
    return nlohmann::json::parse(answer.out).at("run");
  };
  auto const first = run("--random 7 -o r.qtrace");
  CHECK(first.at("random") == 7);
  CHECK(run("--random 7").at("schedule") == first.at("schedule"));
  CHECK(run("--random 8").at("schedule") != first.at("schedule"));
  CHECK(call(folder, "replay r.qtrace --times 3").code == 0);
  CHECK(has(call(folder, "run sentinel --random 7").out, "--random 7"));
  CHECK(call(folder, "run sentinel --random 7 --schedule main").code == 2);
}

TEST_CASE("run --pace prints each step as it happens, and replays") {
  TemporaryFolder const folder;
  Answer const answer = call(folder, "run sentinel --set items=2 --pace 1 -o p.qtrace");
  CHECK(answer.code == 0);
  CHECK(has(answer.out, "     1  main begins as pid "));
  CHECK(has(answer.out, "finished"));
  CHECK(call(folder, "replay p.qtrace").code == 0);
}
