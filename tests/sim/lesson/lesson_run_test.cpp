// The bundled lessons, held against their real runs.
#include "sim/lesson/lesson_run.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>

#include "sim/lesson/lesson.hpp"

using namespace qs;

TEST_CASE("every bundled lesson agrees with its run") {
  std::set<std::string> names;
  for (Lesson const& lesson : bundled_lessons()) {
    CAPTURE(lesson.name);
    CHECK(names.insert(lesson.name).second);
    CHECK(fmt::format("{}", fmt::join(check_lesson(lesson, QUEUESCOPE_CLI), "\n")) == "");
    std::size_t questions = 0;
    for (auto const& step : lesson.steps)
      if (!step.ask.empty()) ++questions;
    CHECK(questions > 0);
    CHECK_FALSE(lesson.tasks.empty());
    CHECK(lesson.minutes > 0);
    CHECK(lesson.notes != "");
  }
  CHECK(names.size() >= 12);
}

TEST_CASE("wrong statements of a lesson about its run or its tasks are reported") {
  Lesson lesson = find_lesson("sentinels");
  lesson.steps.back().claims = {"consumer-3 ended"};
  lesson.tasks[0].solution_parameters = {{"sentinels", "2"}};
  lesson.tasks[1].goal = {"main blocked"};
  auto const problems = check_lesson(lesson, QUEUESCOPE_CLI);
  REQUIRE(problems.size() == 3);
  CHECK(problems[0].find("the step claims 'consumer-3 ended', but in the run it is not so then") != std::string::npos);
  CHECK(problems[1].ends_with("the solution does not reach the goal: this does not hold: the run finishes"));
  CHECK(problems[2].ends_with("the goal of the task is reached without doing anything"));
  lesson = find_lesson("sentinel");
  lesson.parameters["items"] = "many";
  CHECK_FALSE(check_lesson(lesson, QUEUESCOPE_CLI).empty());
}

TEST_CASE("a parameter that a task fixes must not be changed") {
  Lesson lesson = find_lesson("sentinels");
  lesson.tasks[1].solution_schedule.clear();
  lesson.tasks[1].solution_parameters = {{"sentinels", "3"}};
  lesson.tasks.erase(lesson.tasks.begin());
  auto const problems = check_lesson(lesson, QUEUESCOPE_CLI);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].ends_with("the solution does not reach the goal: sentinels has been changed, and must stay 2"));
}

TEST_CASE("a lesson made from a trace agrees with it") {
  Trace const trace = lesson_trace(find_lesson("sentinels"), QUEUESCOPE_CLI);
  Lesson const lesson = parse_lesson(lesson_skeleton(trace, "mine.qtrace"), "mine.toml");
  CHECK(lesson.trace == "mine.qtrace");
  CHECK(lesson.steps.size() > 5);
  auto const placed = place_lesson(lesson, trace);
  CHECK_MESSAGE(placed.problems.empty(), (placed.problems.empty() ? "" : placed.problems.front().text));
}

TEST_CASE("the notes contain the answers and the solutions") {
  std::string const notes = lesson_notes(find_lesson("sentinels"), QUEUESCOPE_CLI);
  CHECK(notes.find("Who gets the sentinel? Answer: **consumer-1**") != std::string::npos);
  CHECK(notes.find("--set sentinels=3") != std::string::npos);
  CHECK(notes.find("N sentinels") != std::string::npos);
}
