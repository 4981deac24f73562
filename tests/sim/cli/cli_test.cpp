// The command line as a user sees it: output, exit codes, and no process left behind.
#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "sim/cli/console.hpp"
#include "sim/process/process_tree.hpp"
#include "sim/trace/trace_file.hpp"
#include "tests/sim/support/calls.hpp"

using namespace qs;
namespace fs = std::filesystem;
using qs::testing::Answer;
using qs::testing::call;
using qs::testing::has;
using qs::testing::read_file;
using qs::testing::TemporaryFolder;
using qs::testing::write_file;

TEST_CASE("help and version") {
  TemporaryFolder const folder;
  CHECK(call(folder, "--version").out.starts_with("queuescope "));
  for (char const* command : {"", "list", "run", "compare", "record", "replay", "grade", "step", "view", "stats", "why",
                              "events", "export", "shot", "torture matrix", "torture storm"}) {
    CAPTURE(command);
    Answer const answer = call(folder, std::string(command) + " --help");
    CHECK(answer.code == 0);
    CHECK(has(answer.out, "Example"));
  }
  CHECK(!has(call(folder, "--help").out, "supervise"));
}

TEST_CASE("list describes every scenario, as text and as JSON") {
  TemporaryFolder const folder;
  CHECK(has(call(folder, "list").out, "joinable-daemon"));
  auto const all = nlohmann::json::parse(call(folder, "list --json").out);
  CHECK(all.size() >= 20);
  for (auto const& scenario : all) {
    CHECK(!scenario.at("explanation").get<std::string>().empty());
    for (auto const& parameter : scenario.at("parameters")) CHECK(parameter.contains("default"));
  }
  CHECK(has(call(folder, "list killed-reader").out, "killed-reader"));
}

TEST_CASE("run reports what happened and keeps the trace") {
  TemporaryFolder const folder;
  Answer const answer = call(folder, "run sentinel --set items=3 -o s.qtrace");
  CHECK(answer.code == 0);
  CHECK(has(answer.out, "queuescope view s.qtrace"));
  Trace const trace = read_trace(folder / "s.qtrace");
  CHECK(trace.complete);
  CHECK(trace.run.ending == RunEnding::finished);
  CHECK(trace.run.parameters.at("items") == "3");

  CHECK(call(folder, "stats s.qtrace").code == 0);
  CHECK(nlohmann::json::parse(call(folder, "stats s.qtrace --json").out).is_object());
  CHECK(call(folder, "why s.qtrace").code == 0);
  CHECK(call(folder, "why s.qtrace --at 5 --actor main").code == 0);
  Answer const events = call(folder, "events s.qtrace --kind put_begin");
  CHECK(std::count(events.out.begin(), events.out.end(), '\n') >= 3);
}

TEST_CASE("a trace that cannot be written is exit code 1, and explore refuses an unusable folder at once") {
  TemporaryFolder const folder;
  // A pipe whose reader closes stands in for a full disk.
  REQUIRE(mkfifo((folder / "cut.qtrace").c_str(), 0600) == 0);
  std::string const reader = "head -c 1 '" + (folder / "cut.qtrace").string() + "' > /dev/null &";
  REQUIRE(std::system(reader.c_str()) == 0);
  Answer const cut = call(folder, "run crowd --quiet -o cut.qtrace");
  CHECK(cut.code == 1);
  CHECK(has(cut.err, "the trace 'cut.qtrace' is incomplete after "));
  CHECK(has(cut.err, "make room or choose another place with -o"));
  REQUIRE(std::system(reader.c_str()) == 0);
  Answer const recorded = call(folder, "record -o cut.qtrace -- " + scenario_program() + " crowd");
  CHECK(recorded.code == 1);
  auto const events = recorded.out.find("Recorded ");
  REQUIRE(events != std::string::npos);
  CHECK(has(recorded.out.substr(events, recorded.out.find(" in cut.qtrace", events) - events), " of "));
  write_file(folder / "kept.qtrace", "as it was");
  CHECK(call(folder, "record -o kept.qtrace -- ./no-such-program").code == 2);
  CHECK(read_file(folder / "kept.qtrace") == "as it was");
  CHECK_FALSE(std::filesystem::exists(folder / "kept.qtrace.partial"));
  Answer const nowhere = call(folder, "explore lost-update -o err/endings");
  CHECK(nowhere.code == 2);
  CHECK(nowhere.err ==
        "queuescope: cannot create the folder 'err/endings': Not a directory; choose another with -o.\n");
}

TEST_CASE("a hang is explained, with exit code 3") {
  TemporaryFolder const folder;
  Answer const words = call(folder, "run sentinel-per-consumer --deadline 900ms --quiet");
  CHECK(words.code == 3);
  CHECK(has(words.out, "consumer"));
  Answer const json = call(folder, "run sentinel-per-consumer --deadline 1 --json");
  CHECK(json.code == 3);
  auto const answer = nlohmann::json::parse(json.out);
  CHECK(answer.at("run").at("ending") == "deadline");
  CHECK(answer.at("diagnosis").is_object());
  CHECK(call(folder, "record -o h.qtrace --deadline 1 -- " + scenario_program() + " sentinel-per-consumer").code == 3);
  CHECK(has(call(folder, "why h.qtrace").out, "consumer"));
}

TEST_CASE("compare shows the endings under both mechanisms side by side") {
  TemporaryFolder const folder;
  Answer const words = call(folder, "compare killed-reader --set attempts=0");
  CHECK(words.code == 0);
  CHECK(has(words.out, "cpython"));
  CHECK(has(words.out, "main for the read lock of numbers"));
  CHECK(has(words.out, "nobody"));
  auto const answer = nlohmann::json::parse(call(folder, "compare killed-feeder-lock --json").out);
  CHECK(has(answer.at("cpython").at("ending"), "deadlock"));
  CHECK(answer.at("cpython").at("gets") == 1);
  CHECK(answer.at("hardened").at("ending") == "finished");
  CHECK(answer.at("hardened").at("gets") == 8);
  CHECK(answer.at("hardened").at("findings").empty());
  CHECK(call(folder, "compare killed-reader --set mechanism=cpython").code == 2);
}

TEST_CASE("a program's own options follow --, which may come before or after its name") {
  TemporaryFolder const folder;
  for (std::string const words : {"run sh -- -c 'exit 4'", "run --quiet -- sh -c 'exit 4'", "run -- sh -c 'exit 4'",
                                  "record sh -o s.qtrace -- -c 'exit 4'"}) {
    CAPTURE(words);
    Answer const answer = call(folder, words);
    CHECK(answer.code == 1);
    CHECK(has(answer.err, "used no queue"));
  }
  write_file(folder / "one-item.sh", "test \"$1\" = --odd -a -z \"$2\" && exec " + scenario_program() + " one-item\n");
  CHECK(call(folder, "run sh -o own.qtrace -- one-item.sh --odd ''").code == 0);
  CHECK(read_trace(folder / "own.qtrace").run.command == std::vector<std::string>{"sh", "one-item.sh", "--odd", ""});
  CHECK(call(folder, "explore sh --runs 3 --jobs 2 -- one-item.sh --odd").code == 0);
  Answer const missing = call(folder, "run --quiet");
  CHECK(missing.code == 2);
  CHECK(has(missing.err, "name a scenario or a program"));
}

TEST_CASE("record keeps the trace of any program, and exits with 1 if the program failed") {
  TemporaryFolder const folder;
  CHECK(call(folder, "record -o r.qtrace -- sh -c 'exit 4'").code == 1);
  CHECK(read_trace(folder / "r.qtrace").run.exit_code == 4);
  CHECK(has(read_file(folder / "err"), "used no queue"));
  CHECK(call(folder, "record -- " + scenario_program() + " sentinel").code == 0);
  CHECK(fs::exists(folder / "queuescope-scenario.qtrace"));
}

TEST_CASE("a usage error gets one sentence with the remedy and exit code 2") {
  TemporaryFolder const folder;
  struct Case {
    char const* words;
    char const* answer;
  };
  for (Case const& wrong : {
           Case{"runn", "Did you mean 'run'?"},
           Case{"run sentinal", "Did you mean 'sentinel'?"},
           Case{"run", "name a scenario or a program"},
           Case{"run sentinel --set items=many", "items must be a whole number from"},
           Case{"run sentinel --set itms=3", "There is no parameter \"itms\""},
           Case{"run sentinel --set items", "'items' is not of the form PARAMETER=VALUE"},
           Case{"run sentinel --deadline -1", "--deadline -1: this is not a time"},
           Case{"run sentinel --deadline 3x", "--deadline 3x: this is not a time"},
           Case{"run sentinel --deadline 0", "--deadline 0: this is not a time"},
           Case{"run sentinel -o missing/s.qtrace", "missing"},
           Case{"run ./no-such-program", "cannot start ./no-such-program: No such file or directory."},
           Case{"record -- ./no-such-program", "cannot start ./no-such-program: No such file or directory."},
           Case{"run ./mine --own", "Put a program's own options after --."},
           Case{"stats missing.qtrace", "cannot open 'missing.qtrace': no such file."},
           Case{"view missing.qtrace", "cannot open 'missing.qtrace': no such file."},
           Case{"shot missing.qtrace -o x.png", "cannot open 'missing.qtrace': no such file."},
           Case{"--scenario sentinal", "Did you mean 'sentinel'?"},
           Case{"--theme pink", "--theme"},
       }) {
    CAPTURE(wrong.words);
    Answer const answer = call(folder, wrong.words);
    CHECK(answer.code == 2);
    CHECK(answer.out == "");
    CHECK(answer.err.starts_with("queuescope: "));
    CHECK(std::count(answer.err.begin(), answer.err.end(), '\n') == 1);
    CHECK(has(answer.err, wrong.answer));
  }
  CHECK(!fs::exists(folder / "no-such-program.qtrace"));
}

TEST_CASE("every command refuses a file that is not a trace") {
  TemporaryFolder const folder;
  std::ofstream(folder / "text.qtrace") << "this is not a trace\n";
  for (char const* words : {"stats text.qtrace", "why text.qtrace", "events text.qtrace"}) {
    CAPTURE(words);
    Answer const answer = call(folder, words);
    CHECK(answer.code == 1);
    CHECK(std::count(answer.err.begin(), answer.err.end(), '\n') == 1);
  }
}

TEST_CASE("a reader that closes the pipe early ends the output quietly") {
  TemporaryFolder const folder;
  REQUIRE(call(folder, "run crowd --quiet -o c.qtrace").code == 0);
  std::string const line = "cd '" + (folder / "").string() + "' && ('" + queuescope_program() +
                           "' events c.qtrace 2> err; echo $? > code) | head -1 > first";
  REQUIRE(std::system(line.c_str()) == 0);
  CHECK(read_file(folder / "code") == "0\n");
  CHECK(read_file(folder / "err") == "");
  CHECK(has(read_file(folder / "first"), "main begins"));
}

TEST_CASE("a misspelt word gets a suggestion") {
  std::vector<std::string> const words{"run", "record", "join-before-drain"};
  CHECK(cli::did_you_mean("recrod", words) == " Did you mean 'record'?");
  CHECK(cli::did_you_mean("join", words) == " Did you mean 'join-before-drain'?");
  CHECK(cli::did_you_mean("xylophone", words) == "");
  CHECK(cli::did_you_mean("anything", {}) == "");
}

namespace {

/// queuescope as a child of this test, recording a scenario that hangs.
class Hanging : public qs::testing::Started {
 public:
  explicit Hanging(TemporaryFolder const& folder) : file_(folder / "hanging.qtrace") {
    adopt_orphans();
    std::string const program = queuescope_program(), scenario = scenario_program();
    char const* const words[] = {program.c_str(),         "record", "-o", file_.c_str(), "--", scenario.c_str(),
                                 "sentinel-per-consumer", nullptr};
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    REQUIRE(posix_spawn(&pid_, program.c_str(), &quiet, nullptr, const_cast<char**>(words), environ) == 0);
    posix_spawn_file_actions_destroy(&quiet);
  }
  ~Hanging() { kill_children(); }

  std::string const& file() const { return file_; }

  /// All processes below `root`, itself included.
  static std::vector<pid_t> process_tree_of(pid_t root) {
    std::vector<pid_t> found{root};
    for (std::size_t index = 0; index < found.size(); ++index) {
      for (pid_t const child : children_of(found[index])) found.push_back(child);
    }
    return found;
  }
  bool wait_for_tree_of_size(std::size_t size) const {
    for (int tries = 0; tries < 2000; ++tries) {
      if (process_tree_of(pid_).size() >= size) return true;
      usleep(10'000);
    }
    return false;
  }

 private:
  std::string file_;
};

}  // namespace

TEST_CASE("Ctrl-C ends the run cleanly, with a complete trace and no process left") {
  TemporaryFolder const folder;
  Hanging hanging(folder);
  REQUIRE(hanging.wait_for_tree_of_size(4));
  kill(hanging.pid(), SIGINT);
  CHECK(hanging.wait_for_end() == 130);
  CHECK(Hanging::all_processes_end());
  Trace const trace = read_trace(hanging.file());
  CHECK(trace.complete);
  CHECK(trace.run.ending == RunEnding::interrupted);
}

TEST_CASE("killing queuescope, its supervisor or the program at any moment leaves no process behind") {
  std::mt19937 random(4711);
  for (int round = 0; round < 24; ++round) {
    CAPTURE(round);
    TemporaryFolder const folder;
    Hanging hanging(folder);
    auto const delay = std::uniform_int_distribution<useconds_t>(0, 120'000)(random);
    usleep(delay);
    auto const tree = Hanging::process_tree_of(hanging.pid());
    // queuescope, its supervisor or the program's main process, as far as they have started.
    std::size_t const victim = std::min<std::size_t>(static_cast<std::size_t>(round % 3), tree.size() - 1);
    kill(tree[victim], SIGKILL);
    if (victim == 2) {
      usleep(50'000);
      kill(hanging.pid(), SIGTERM);  // the program's children wait for ever until queuescope is interrupted
    }
    CHECK(hanging.wait_for_end() != -1000);
    CHECK(Hanging::all_processes_end());
  }
}

TEST_CASE("a write error has an exit code of its own") {
  for (char const* command : {"list", "list --json", "list sentinel"}) {
    CAPTURE(command);
    std::string const line = std::string("\"") + QUEUESCOPE_CLI + "\" " + command + " >/dev/full 2>/dev/null";
    int const status = std::system(line.c_str());
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 4);
  }
}
