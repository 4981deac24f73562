// The grader from outside: right and wrong solutions of the exercises, and programs that harm others.
#include <doctest/doctest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/trace/trace_file.hpp"
#include "tests/sim/support/calls.hpp"

using qs::testing::Answer;
using qs::testing::call;
using qs::testing::has;
using qs::testing::read_file;
using qs::testing::TemporaryFolder;
using qs::testing::write_file;

namespace {

/// As many as `./check --long` asks for, or as the exercise does.
std::string schedules() {
  char const* const wanted = std::getenv("QUEUESCOPE_GRADE_SCHEDULES");
  return wanted == nullptr ? "" : std::string(" --schedules ") + wanted;
}

Answer grade(TemporaryFolder const& folder, std::string const& exercise, std::string const& solution,
             std::string const& more = "") {
  return call(folder, "grade '" + std::string(SOLUTIONS) + "/exercise-" + exercise + "-" + solution + "' --tests '" +
                          EXERCISES + "/" + exercise + "/exercise.toml' " + more);
}

/// Processes of this program, zombies apart.
int left_over(std::string const& program) {
  int count = 0;
  for (auto const& entry : std::filesystem::directory_iterator("/proc")) {
    std::error_code error;
    count += std::filesystem::read_symlink(entry.path() / "exe", error) == program ? 1 : 0;
  }
  return count;
}

Answer grade_harmful(TemporaryFolder const& folder, std::string const& what) {
  write_file(folder / "harm.toml", "[run]\nseconds = 1\nschedules = 20\narguments = [\"" + what +
                                       "\"]\n[limits]\nprocesses = 40\nmemory_mb = 200\n");
  Answer answer = call(folder, std::string("grade '") + HARMFUL + "' --tests harm.toml");
  CHECK(left_over(HARMFUL) == 0);
  return answer;
}

}  // namespace

TEST_CASE("grade: the right solutions pass") {
  TemporaryFolder const folder;
  for (char const* exercise : {"take_jobs", "counter", "collect"}) {
    CAPTURE(exercise);
    Answer const answer = grade(folder, exercise, "right", schedules());
    CAPTURE(answer.out);
    CHECK(answer.code == 0);
    CHECK(has(answer.out, ": passed, "));
  }
  CHECK_FALSE(std::filesystem::exists(folder / "exercise-counter-right.grade"));
}

TEST_CASE("grade: each wrong solution gets its sentence") {
  struct Wrong {
    char const *exercise, *solution, *mistake, *sentence;
  };
  TemporaryFolder const folder;
  for (auto const& [exercise, solution, mistake, sentence] : {
           Wrong{"take_jobs", "asks_first", "check-then-act", "asked empty(), and somebody else took the item."},
           Wrong{"take_jobs", "one_sentinel", "nothing-to-get", "too few sentinels: 1 for 2 consumers."},
           Wrong{"counter", "lost_update", "lost-update", "Line 1 of the output is '1'; it should be '2'."},
           Wrong{"counter", "forgets_to_join", "read-too-early", "Line 1 of the output is '1'; it should be '2'."},
           Wrong{"collect", "sentinel_of_the_last", "sentinel-overtaken", "left in numbers"},
           Wrong{"collect", "terminates", "abnormal-death", "main is blocked for ever: producer-2 was killed."},
       }) {
    CAPTURE(solution);
    Answer const answer = grade(folder, exercise, solution, "--json --schedules 100 -o traces");
    CHECK(answer.code == 1);
    auto const json = nlohmann::json::parse(answer.out);
    CHECK(json.at("passed") == false);
    CHECK(json.at("points") < json.at("most_points"));
    bool told = false;
    for (auto const& check : json.at("checks")) {
      if (!check.contains("failure")) continue;
      auto const& failure = check.at("failure");
      if (failure.value("mistake", "") != mistake || !has(failure.at("headline"), sentence)) continue;
      told = true;
      CHECK(failure.at("under_schedule") == true);
      CHECK(!failure.at("story").empty());
      CHECK(!failure.at("remedy").get<std::string>().empty());
      CHECK(qs::read_trace(folder / failure.at("trace").get<std::string>()).size() > 0);
    }
    CHECK_MESSAGE(told, answer.out);
  }
}

TEST_CASE("grade: harmful programs end with a verdict and leave nothing behind") {
  TemporaryFolder const folder;
  CHECK(has(grade_harmful(folder, "bomb").out, "wanted more than 40 processes and threads at one time"));
  CHECK(has(grade_harmful(folder, "late-bomb").out, "wanted more than 40 processes and threads at one time"));
  CHECK(has(grade_harmful(folder, "loop").out, "had not ended after 1 s"));
  CHECK(has(grade_harmful(folder, "output").out, "wrote more than 1024 KB"));
  CHECK(has(grade_harmful(folder, "memory").out, "used more than 200 MB"));
  Answer const crash = grade_harmful(folder, "crash");
  CHECK(crash.code == 1);
  CHECK(has(crash.out, "worker was killed by SIGSEGV; it should end with exit code 0."));
  CHECK(grade_harmful(folder, "nothing").code == 0);
}

TEST_CASE("grade: reports for machines, and wrong usage") {
  TemporaryFolder const folder;
  Answer const answer = grade(folder, "counter", "lost_update", "--junit grade.xml --schedules 50");
  CHECK(answer.code == 1);
  std::string const xml = read_file(folder / "grade.xml");
  CHECK(has(xml, "<testsuite name=\"A counter in a queue\" tests=\"4\" failures=\"1\""));
  CHECK(has(xml, "<failure message=\"Line 1 of the output is "));
  CHECK(call(folder, "grade ./no-such-program").code == 2);
  write_file(folder / "bad.toml", "[run]\ntimes = 0\n");
  Answer const bad = call(folder, std::string("grade '") + HARMFUL + "' --tests bad.toml");
  CHECK(bad.code == 2);
  CHECK(bad.err == "queuescope: bad.toml:2: run.times must be at least 1.\n");
  CHECK(call(folder, std::string("grade '") + HARMFUL + "' --tests none.toml").code == 2);
}
