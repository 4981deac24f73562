#include "sim/grade/exercise.hpp"

#include <doctest/doctest.h>

#include "sim/grade/checks.hpp"

using namespace qs::grade;

namespace {

std::string error_of(std::string const& text) {
  try {
    parse_exercise(text, "e.toml");
  } catch (ExerciseError const& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("an exercise: all keys, and their defaults") {
  Exercise const none = parse_exercise("", "e.toml");
  CHECK(none.schedules == 1000);
  CHECK(none.wants(Check::ends));
  CHECK(none.wants(Check::items));
  CHECK_FALSE(none.wants(Check::output));
  CHECK_FALSE(none.wants(Check::steps));

  Exercise const all = parse_exercise(R"(
title = "T"
[run]
arguments = ["a", "b"]
times = 2
seconds = 1.5
schedules = 7
strategy = "dfs"
seed = 9
[limits]
processes = 5
memory_mb = 6
output_kb = 7
[expect]
output = ["x", "y"]
order = "any"
exit_code = 3
items_got_once = false
nobody_waits_forever = false
most_processes = 2
most_steps = 10
[expect.exit_codes]
worker-1 = -9
[points]
output = 4
)",
                                      "e.toml");
  CHECK(all.title == "T");
  CHECK(all.arguments == std::vector<std::string>{"a", "b"});
  CHECK(all.times == 2);
  CHECK(all.seconds == 1.5);
  CHECK(all.schedules == 7);
  CHECK(all.strategy == qs::Search::dfs);
  CHECK(all.limits.processes == 5);
  CHECK(all.limits.memory == 6u << 20);
  CHECK(all.limits.file_size == 7u << 10);
  REQUIRE(all.output);
  CHECK(all.output->order == ExpectedOutput::Order::any);
  CHECK(all.exit_code == 3);
  CHECK(all.exit_codes.at("worker-1") == -9);
  CHECK_FALSE(all.wants(Check::items));
  CHECK_FALSE(all.wants(Check::ends));
  CHECK(all.most_steps == 10u);
  CHECK(all.points[static_cast<std::size_t>(Check::output)] == 4);
}

TEST_CASE("an invalid exercise is refused with its line") {
  CHECK(error_of("[run]\nschedule = 3") ==
        "e.toml:2: unknown key 'run.schedule'; [run] takes arguments, schedules, seconds, seed, strategy, times");
  CHECK(error_of("[run]\nschedules = \"many\"").starts_with("e.toml:2: run.schedules must be a whole number"));
  CHECK(error_of("[run]\ntimes = 0") == "e.toml:2: run.times must be at least 1");
  CHECK(error_of("[run]\nstrategy = \"luck\"") == "e.toml:2: run.strategy must be \"random\", \"pct\" or \"dfs\"");
  CHECK(error_of("[expect]\noutput = [1]") == "e.toml:2: expect.output must be a list of strings");
  CHECK(error_of("[expect]\norder = \"any\"").starts_with("e.toml:2: expect.order must be left out"));
  CHECK(
      error_of("[expect]\noutput_by_producer = [[\"a\"], [\"a\"]]").starts_with("e.toml:2: expect.output_by_producer"));
  CHECK(error_of("run = 3") == "e.toml:1: run must be a table");
  CHECK(error_of("[run\n").starts_with("e.toml:1: "));
}

TEST_CASE("outputs are compared in order, as a set, and by producer") {
  using Order = ExpectedOutput::Order;
  ExpectedOutput const exact{Order::exact, {{"a", "b"}}}, any{Order::any, {{"a", "b", "b"}}};
  CHECK(output_difference(exact, "a\nb\n") == "");
  CHECK(output_difference(exact, "a\nb") == "");
  CHECK(output_difference(exact, "b\na\n") == "Line 1 of the output is 'b'; it should be 'a'.");
  CHECK(output_difference(exact, "a\n") == "The output ends after 1 line; the next should be 'b'.");
  CHECK(output_difference(exact, "a\nb\nc\n") == "The output has more than the 2 lines that it should have: 'c'.");
  CHECK(output_difference(any, "b\na\nb\n") == "");
  CHECK(output_difference(any, "b\na\n") == "The output lacks the line 'b'.");
  CHECK(output_difference(any, "b\na\na\nb\n") == "The output has the line 'a' too often.");
  CHECK(output_difference(any, "b\na\nc\nb\n") == "The output has the line 'c' that should not be there.");
  ExpectedOutput const by_producer{Order::by_producer, {{"1", "2"}, {"11", "12"}}};
  CHECK(output_difference(by_producer, "1\n11\n12\n2\n") == "");
  CHECK(output_difference(by_producer, "12\n1\n11\n2\n") ==
        "The output has '12' before '11'; these two lines keep their order.");
}
