#include <doctest/doctest.h>

#include "gui/state/branches.hpp"
#include "gui/state/enabled_choices.hpp"

namespace {

using namespace qs;
using namespace qs::gui;

TEST_CASE("branches: form a tree, each below the one it departed from") {
  Branches branches;
  branches.begin(no_branch, 0, {});
  branches.chosen(parse_schedule("main:4,consumer"));
  branches.end(RunEnding::deadlock);
  branches.begin(branches.current(), 2, parse_schedule("main:2"));
  branches.chosen(parse_schedule("main:2,consumer:2"));
  branches.begin(0, 1, parse_schedule("main"));
  branches.chosen(parse_schedule("main,consumer"));
  branches.begin(1, 3, parse_schedule("main:2,consumer"));

  auto const rows = branches.rows();
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].branch == 0);
  CHECK(rows[1].branch == 1);
  CHECK(rows[2].branch == 3);
  CHECK(rows[2].depth == 2);
  CHECK(rows[3].branch == 2);
  CHECK(branches.current() == 3);
  CHECK(branches.all()[0].ending == RunEnding::deadlock);
}

TEST_CASE("branches: following a branch again keeps its schedule until it goes further") {
  Branches branches;
  branches.begin(no_branch, 0, {});
  branches.chosen(parse_schedule("main:4"));
  branches.end(RunEnding::finished);
  branches.revisit(0);
  branches.chosen(parse_schedule("main:2"));
  CHECK(to_text(branches.all()[0].schedule) == "main:4");
  CHECK(branches.all()[0].ending == RunEnding::finished);
  branches.chosen(parse_schedule("main:5"));
  CHECK(branches.all()[0].ending == RunEnding::none);
}

TEST_CASE("branches: a branch without a choice is replaced by the next") {
  Branches branches;
  branches.begin(no_branch, 0, {});
  branches.begin(no_branch, 0, {});
  CHECK(branches.all().size() == 1);
}

Trace three_choices() {
  Trace trace;
  TraceBuilder builder(trace);
  builder.actor(0, {.name = "main"});
  builder.actor(1, {.name = "consumer"});
  Choice const main{Choice::What::go, 0}, consumer{Choice::What::go, 1};
  builder.decision({.step = 0, .choice = main, .enabled = {main}});
  builder.event({.actor = 0, .kind = Kind::program_begin}, "");
  builder.event({.actor = 0, .kind = Kind::exit_begin}, "");
  builder.decision({.step = 2, .choice = consumer, .enabled = {main, consumer}});
  builder.event({.actor = 1, .kind = Kind::process_begin}, "");
  builder.decision({.step = 3, .choice = main, .enabled = {main, {Choice::What::time}}});
  builder.event({.actor = 0, .kind = Kind::process_end}, "");
  return trace;
}

TEST_CASE("branches: before the end, the choice made at the play head is shown") {
  Trace const trace = three_choices();
  CHECK(decisions_before(trace, no_step) == 0);
  CHECK(decisions_before(trace, 0) == 1);
  CHECK(decisions_before(trace, 1) == 1);
  CHECK(decisions_before(trace, 3) == 3);
  CHECK_FALSE(past_moves(trace, 0).has_value());
  auto const moves = past_moves(trace, 1);
  REQUIRE(moves.has_value());
  CHECK(moves->decision == 1);
  CHECK(*moves->made == Choice{Choice::What::go, 1});
  CHECK(moves->number_of(1) == 2);
  CHECK_FALSE(moves->open());
  CHECK(event_of(trace, 1) == 2);
}

TEST_CASE("branches: jumps go from choice to choice") {
  Trace const trace = three_choices();
  CHECK(next_decision(trace, no_step) == std::optional<Step>(1));
  CHECK(next_decision(trace, 1) == std::optional<Step>(2));
  CHECK_FALSE(next_decision(trace, 2).has_value());
  CHECK(previous_decision(trace, 3) == std::optional<Step>(2));
  CHECK(previous_decision(trace, 1) == std::optional<Step>(no_step));
}

TEST_CASE("branches: the banner says how far the end of the run is ahead of the play head") {
  Trace trace = three_choices();
  CHECK(ending_ahead(trace, no_step, "Ends in deadlock") == "Ends in deadlock, 3 choices ahead");
  CHECK(ending_ahead(trace, 1, "Ends in deadlock") == "Ends in deadlock, 2 choices ahead");
  CHECK(ending_ahead(trace, 2, "Ends in deadlock") == "Ends in deadlock, 1 choice ahead");
  CHECK(ending_ahead(trace, 3, "Ends in deadlock").empty());
  CHECK(steps_ahead(trace, 3) == 0);
  TraceBuilder(trace).event({.actor = 1, .kind = Kind::exit_begin}, "");
  CHECK(ending_ahead(trace, 3, "Hangs") == "Hangs, 1 step ahead");
  CHECK(ending_ahead(Trace{}, no_step, "Hangs").empty());
}

TEST_CASE("branches: only actors have numbers") {
  EnabledChoices moves;
  moves.enabled = {{Choice::What::go, 4}, {Choice::What::time}};
  CHECK(moves.nth(1) == std::optional(Choice{Choice::What::go, 4}));
  CHECK_FALSE(moves.nth(2).has_value());
  CHECK_FALSE(moves.nth(0).has_value());
  CHECK(moves.time());
}

}  // namespace
