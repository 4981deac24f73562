#include "sim/lesson/lesson.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "sim/lesson/goals.hpp"
#include "sim/lesson/moments.hpp"
#include "sim/lesson/progress.hpp"
#include "sim/lesson/questions.hpp"
#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::testing;

namespace {

constexpr char head[] = "title = \"T\"\nteaches = \"t\"\nscenario = \"sentinel\"\n";

std::string error_of(std::string const& text) {
  try {
    parse_lesson(text, "mine.toml");
  } catch (LessonError const& error) {
    return error.what();
  }
  return "";
}

/// main puts 7 and a sentinel; the consumer gets both and ends.
struct ToldRun {
  Story story;
  ActorIndex main = story.process("main");
  QueueIndex jobs = story.queue(main, "jobs");
  ActorIndex consumer = story.process("consumer", main);

  ToldRun() {
    story.begin_get(consumer, jobs);
    story.blocked(consumer, Resource::pipe_data, jobs);
    auto const seven = story.put(main, jobs, "7");
    story.tell({.actor = main, .kind = Kind::empty, .object = jobs, .argument = 1});
    auto const feeder = story.feeder(main, jobs);
    story.feed(feeder, jobs, seven);
    story.woken(consumer, Resource::pipe_data, jobs);
    story.finish_get(consumer, jobs, seven);
    auto const none = story.put(main, jobs, "None");
    story.feed(feeder, jobs, none);
    story.get(consumer, jobs, none);
    story.join_process(main, consumer);
    story.end(consumer);
    story.woken(main, Resource::child_exit, consumer);
    story.end(main);
    story.trace().run.ending = RunEnding::finished;
  }
  Trace const& trace() const { return story.trace(); }
};

PlacedLesson placed(std::string const& steps) {
  ToldRun const told;
  return place_lesson(parse_lesson(head + steps, "mine.toml"), told.trace());
}

std::string problem_of(std::string const& steps) {
  auto const problems = placed(steps).problems;
  return problems.empty() ? "" : problems.front().text;
}

}  // namespace

TEST_CASE("a lesson is read with its steps, questions and tasks") {
  Lesson const lesson = parse_lesson(std::string(head) + R"(minutes = 8
parameters = { items = 2, mechanism = "hardened" }
[[step]]
at = "consumer blocked"
text = """
It waits.
"""
point = ["consumer"]
claims = ["consumer blocked"]
[[step]]
text = "And now?"
ask = "who gets 7"
choices = ["main", "consumer"]
explain = "It was first."
[[task]]
text = "Make it finish."
goal = ["the run finishes"]
keep = ["items"]
solution = { parameters = { items = 3 }, schedule = "main:3" }
)",
                                     "folder/03-mine.toml");
  CHECK(lesson.name == "mine");
  CHECK(lesson.minutes == 8);
  CHECK(lesson.parameters.at("items") == "2");
  CHECK(lesson.parameters.at("mechanism") == "hardened");
  REQUIRE(lesson.steps.size() == 2);
  CHECK(lesson.steps[0].text == "It waits.");
  CHECK(lesson.steps[1].line == 13);
  CHECK(lesson.steps[1].choices.size() == 2);
  REQUIRE(lesson.tasks.size() == 1);
  CHECK(lesson.tasks[0].solution_parameters.at("items") == "3");
  CHECK(lesson.tasks[0].solution_schedule == "main:3");
}

TEST_CASE("an error in a lesson's file is reported with its line") {
  CHECK(error_of("title = \"T\"\n").starts_with("mine.toml:1: the lesson has no 'teaches'"));
  CHECK(error_of("title = ").starts_with("mine.toml:1: not TOML: "));
  CHECK(error_of(std::string(head) + "colour = 1\n[[step]]\ntext = \"x\"\n")
            .starts_with("mine.toml:4: a lesson has no "
                         "'colour', only title, "));
  CHECK(error_of(head).ends_with("a lesson has at least one [[step]]"));
  CHECK(error_of(std::string(head) + "[[step]]\nat = 3\ntext = \"x\"\n") ==
        "mine.toml:5: 'at' is a text; write at = \"...\"");
  CHECK(error_of(std::string(head) + "[step]\ntext = \"x\"\n").ends_with("write [[step]], with two brackets"));
  CHECK(error_of(std::string(head) + "[[step]]\ntext = \"x\"\nchoices = [\"a\"]\n")
            .starts_with("mine.toml:4: a step "
                         "without a question"));
  CHECK(error_of(std::string(head) + "[[step]]\ntext = \"x\"\n[[task]]\ntext = \"y\"\n")
            .ends_with("a task needs a goal; write goal = [\"the run finishes\"]"));
  CHECK(error_of("title = \"T\"\nteaches = \"t\"\n[[step]]\ntext = \"x\"\n").find("either a scenario or a trace") !=
        std::string::npos);
}

TEST_CASE("a lesson's steps are at their places in the run, which gives the right answers") {
  auto const lesson = placed(R"([[step]]
at = "beginning"
text = "x"
ask = "does consumer block"
[[step]]
at = "item 7 buffered"
text = "x"
ask = "what is jobs.empty"
[[step]]
text = "x"
ask = "who gets 7"
[[step]]
text = "x"
ask = "how many gets of consumer"
choices = ["1", "2"]
[[step]]
at = "end"
text = "x"
claims = ["consumer ended", "main ended"]
point = ["jobs", "main", "code", "timeline"]
)");
  CHECK(lesson.problems.empty());
  REQUIRE(lesson.steps.size() == 5);
  CHECK(lesson.steps[0].step == no_step);
  CHECK(lesson.steps[0].answer->right == "yes");
  CHECK(lesson.steps[1].answer->right == "True");
  CHECK(lesson.steps[2].step == lesson.steps[1].answer->reveal);
  CHECK(lesson.steps[2].answer->right == "consumer");
  CHECK(lesson.steps[3].answer->right == "2");
}

TEST_CASE("each question is answered from the run") {
  ToldRun const told;
  auto const right = [&](char const* question, Step moment = no_step) {
    return right_answer(told.trace(), question, moment).right;
  };
  CHECK(right("who gets sentinel") == "consumer");
  CHECK(right("who gets 7", told.trace().size() - 1) == "nobody");
  CHECK(right("does main block") == "no");
  CHECK(right("what does consumer wait for") == "an item");
  CHECK(right("what does main wait for") == "consumer to exit");
  CHECK(right("how does get of consumer return") == "ok");
  CHECK(right("how does join of main return") == "never");
  CHECK(right("where is 7 after its put") == "in the buffer");
  CHECK(right("how does consumer end") == "by itself");
  CHECK(right("how does the run end") == "it finishes");
  CHECK_THROWS_AS(right("who gets 8"), std::invalid_argument);
  CHECK_THROWS_AS(right("does nobody block"), std::invalid_argument);
  CHECK_THROWS_AS(right("why"), std::invalid_argument);
  CHECK_THROWS_AS(right("what is jobs.colour"), std::invalid_argument);
  CHECK(question_words("who gets sentinel") == "Who gets the sentinel?");
  CHECK(usual_choices(told.trace(), "who gets 7") == std::vector<std::string>{"consumer", "nobody"});
}

TEST_CASE("a lesson that contradicts its run is reported") {
  CHECK(problem_of("[[step]]\nat = \"main killed\"\ntext = \"x\"\n")
            .starts_with("the moment 'main killed' does not come"));
  CHECK(problem_of("[[step]]\nat = \"end\"\ntext = \"x\"\nclaims = [\"main blocked\"]\n") ==
        "the step claims 'main blocked', but in the run it is not so then");
  CHECK(problem_of("[[step]]\ntext = \"x\"\nask = \"who gets 7\"\nchoices = [\"main\", \"nobody\"]\n") ==
        "the run answers 'who gets 7' with 'consumer', which is not among the choices main and nobody");
  CHECK(
      problem_of("[[step]]\ntext = \"x\"\npoint = [\"consumer-2\"]\n").starts_with("the step points at 'consumer-2'"));
  CHECK(problem_of("[[step]]\ntext = \"x\"\nask = \"what happens\"\n").starts_with("'what happens' is not a question"));
  CHECK(problem_of("[[step]]\nat = \"x\"\ntext = \"x\"\n") != "");
}

TEST_CASE("goals are checked on the run") {
  ToldRun const told;
  Trace const& trace = told.trace();
  CHECK(reached("the run finishes", trace));
  CHECK_FALSE(reached("the run hangs", trace));
  CHECK(reached("jobs.empty() lies", trace));
  CHECK_FALSE(reached("numbers.empty() lies", trace));
  CHECK_FALSE(reached("a process is killed", trace));
  CHECK_FALSE(reached("items are lost", trace));
  CHECK(reached("consumer ended", trace));
  CHECK_FALSE(reached("consumer blocked", trace));
  CHECK_FALSE(reached("consumer never waits for an item", trace));
  CHECK(reached("main never waits for an item", trace));
  CHECK(reached("consumer gets 2 times", trace));
  CHECK_FALSE(reached("consumer gets 1 times", trace));
  CHECK(reached("at some time jobs.buffered > 0", trace));
  CHECK(reached("at no time jobs.buffered > 1", trace));
  CHECK_THROWS_AS(reached("world peace", trace), std::invalid_argument);
}

TEST_CASE("progress is kept, and invalid entries in its file are ignored") {
  LearnerProgress progress;
  progress["sentinel"] = {.step = 5, .steps = 6, .answers = {{3, true}, {4, false}}, .tasks = {0, 2}};
  auto const again = parse_progress(to_text(progress));
  REQUIRE(again.contains("sentinel"));
  CHECK(again.at("sentinel").finished());
  CHECK(again.at("sentinel").answers == progress["sentinel"].answers);
  CHECK(again.at("sentinel").tasks == progress["sentinel"].tasks);
  CHECK(parse_progress("no [ toml").empty());
  CHECK(parse_progress("sentinel = 3\n").empty());
}
