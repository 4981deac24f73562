#include "gui/state/lesson_session.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include <unistd.h>

#include "tests/gui/sample_trace.hpp"

using namespace qs;
using namespace qs::gui;

namespace {

Lesson sample_lesson() {
  return parse_lesson(R"(title = "T"
teaches = "t"
scenario = "sentinel"
[[step]]
at = "beginning"
text = "one"
[[step]]
at = "item 7 buffered"
text = "two"
ask = "who gets 7"
choices = ["main", "consumer"]
[[step]]
at = "end"
text = "three"
[[task]]
text = "task"
goal = ["consumer gets 3 times"]
solution = { }
)",
                      "mine.toml");
}

}  // namespace

TEST_CASE("after a prediction a lesson continues to the step that shows the answer") {
  testing::Sample const sample;
  LessonSession session("");
  session.open(sample_lesson());
  CHECK_FALSE(session.has_run());
  CHECK_FALSE(session.can_go_forward());
  session.ran(sample.trace());
  CHECK(session.contradiction() == "");
  CHECK(session.moment() == no_step);
  CHECK(session.hides_future());
  session.forward();
  CHECK(session.asks());
  CHECK_FALSE(session.can_go_forward());
  session.forward();
  CHECK(session.page() == 1);
  Step const asked = session.moment();
  session.answer("nobody");  // not a choice
  CHECK(session.asks());
  session.answer("main");
  CHECK_FALSE(session.asks());
  CHECK_FALSE(session.is_right());
  CHECK(session.right_answer() == "consumer");
  CHECK(session.moment() > asked);
  CHECK(sample.trace().at(session.moment()).kind == Kind::get_end);
  session.forward();
  CHECK_FALSE(session.hides_future());
  session.forward();
  CHECK(session.on_tasks());
  CHECK_FALSE(session.can_go_forward());
  session.back();
  CHECK(session.page() == 2);
}

TEST_CASE("progress is kept from one session to the next, with the first answer") {
  testing::Sample const sample;
  auto const folder = std::filesystem::temp_directory_path() / ("queuescope-lesson-" + std::to_string(getpid()));
  auto const file = folder / "progress.toml";
  {
    LessonSession session(file);
    session.open(sample_lesson());
    session.ran(sample.trace());
    session.forward();
    session.answer("main");
    session.forward();
    session.begin_task(0);
    CHECK_FALSE(session.task_done(0));
    Trace run = sample.trace();
    run.run.scenario = "sentinel";
    CHECK(session.judge(sample.trace()) == "something else than sentinel was run");
    CHECK(session.judge(run) == "");
    CHECK(session.task_done(0));
  }
  LessonSession const again(file);
  REQUIRE(again.progress().contains("mine"));
  CHECK(again.progress().at("mine").finished());
  CHECK_FALSE(again.progress().at("mine").answers.at(1));
  CHECK(again.progress().at("mine").tasks.contains(0));
  std::filesystem::remove_all(folder);
}
