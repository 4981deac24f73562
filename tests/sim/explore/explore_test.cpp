// The explorer finds the bundled bugs, and finds nothing in correct programs.
#include "sim/explore/explore.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <optional>
#include <string>

#include "sim/control/scheduler.hpp"
#include "sim/run/scenario_run.hpp"
#include "tests/sim/support/recorded.hpp"

using namespace tests;
using qs::Exploration;
using qs::ExploreOptions;
using qs::Search;
using qs::scenarios::Ending;

namespace {

std::atomic<bool> const never{false};

ExploreOptions options_for(std::string const& scenario, std::map<std::string, std::string> const& settings = {}) {
  ExploreOptions options;
  options.run = qs::scenario_run(*qs::scenarios::find(scenario), settings);
  options.run.supervisor = QUEUESCOPE_CLI;
  return options;
}

Exploration explored(ExploreOptions const& options) {
  return qs::explore(options, never, [](Exploration const&) {});
}

/// Whether `name` is a bad ending of the kind that the bug's description names.
bool is(Ending ending, std::string const& name) {
  auto const says = [&](char const* words) { return name.find(words) != std::string::npos; };
  switch (ending) {
    case Ending::deadlock: return name.starts_with("deadlock");
    case Ending::failed_expectation: return says("expectation-failed");
    case Ending::uncaught_exception: return says("uncaught-exception") || says("check-then-act");
    case Ending::items_left: return says("items-left") || says("sentinel-overtaken");
  }
  return false;
}

/// Tests all bugs, or every third one beginning with number `part`.
template <typename Test>
void for_each_bug(Test&& test, std::optional<std::size_t> part = {}) {
  std::size_t number = 0;
  for (auto const& scenario : qs::scenarios::all()) {
    if (!scenario.bug || (number++ % 3 != part.value_or(0) && part)) continue;
    CAPTURE(scenario.name);
    test(scenario);
  }
}

void check_found(qs::scenarios::Scenario const& scenario, Exploration const& found) {
  REQUIRE(!found.endings.empty());
  CHECK_MESSAGE(is(scenario.bug->endings.front(), found.endings.front().name), found.endings.front().name);
}

}  // namespace

TEST_CASE("explore: pct finds every bug at its depth") {
  for_each_bug([](auto const& scenario) {
    ExploreOptions options = options_for(scenario.name);
    options.search = Search::pct;
    options.depth = scenario.bug->depth;
    options.runs = 1000;
    options.first_only = true;
    check_found(scenario, explored(options));
  });
}

namespace {

void check_dfs_finds_bugs(std::size_t part) {
  for_each_bug(
      [](auto const& scenario) {
        if (scenario.name == "task-done-too-early") return;  // its hundred steps have too many schedules for a test
        ExploreOptions options = options_for(scenario.name);
        options.search = Search::dfs;
        options.preemptions = scenario.bug->preemptions;
        options.runs = 5000;
        options.first_only = true;
        Exploration const found = explored(options);
        check_found(scenario, found);
        CHECK(found.endings.front().preemptions <= scenario.bug->preemptions);

        qs::RunOptions again = qs::scenario_run(scenario);
        again.scheduler = std::make_shared<qs::ScheduledRun>(found.endings.front().schedule);
        Recorded const run(again);
        CHECK((run.ending() == RunEnding::deadlock) == (scenario.bug->endings.front() == Ending::deadlock));
      },
      part);
}

}  // namespace

TEST_CASE("explore: dfs finds every bug within its preemptions, and the schedule reproduces it: first third") {
  check_dfs_finds_bugs(0);
}

TEST_CASE("explore: dfs finds every bug within its preemptions, and the schedule reproduces it: second third") {
  check_dfs_finds_bugs(1);
}

TEST_CASE("explore: dfs finds every bug within its preemptions, and the schedule reproduces it: last third") {
  check_dfs_finds_bugs(2);
}

TEST_CASE("explore: nothing is found in the fixed programs") {
  for_each_bug([](auto const& scenario) {
    ExploreOptions options = options_for(scenario.name, {{"fixed", "1"}});
    options.runs = 100;
    Exploration const found = explored(options);
    CHECK(found.runs == 100);
    CHECK_MESSAGE(found.endings.empty(), (found.endings.empty() ? "" : found.endings.front().name));
  });
}

TEST_CASE("explore: the smallest programs are explored completely, in one part or in three shards") {
  for (std::string const name : {"one-item-simple", "one-item", "two-senders"}) {
    CAPTURE(name);
    ExploreOptions options = options_for(name);
    options.search = Search::dfs;
    options.preemptions = name == "two-senders" ? 1 : 100;
    options.runs = 100'000;
    Exploration const whole = explored(options);
    CHECK(whole.complete);
    CHECK(whole.runs > 10);
    CHECK(whole.endings.empty());
    std::vector<Exploration> parts;
    for (std::uint64_t index = 0; index < 3; ++index) {
      options.shard = {index, 3};
      parts.push_back(explored(options));
    }
    Exploration const all = qs::merged(parts);
    CHECK(all.complete);
    CHECK(all.runs == whole.runs);
  }
}

TEST_CASE("explore: the same seed gives the same schedules, another seed gives others") {
  auto const schedules = [](std::uint64_t seed) {
    qs::RandomWalk walk(seed);
    std::vector<std::vector<qs::Choice>> all;
    ExploreOptions const options = options_for("one-item");
    qs::ForkedRuns forked(options.run, {});
    for (std::uint64_t run = 0; run < 5; ++run) {
      walk.begin(run);
      all.push_back(forked.run([&](qs::DecisionPoint const& point) { return walk.pick(point); }, 1000).choices);
    }
    return all;
  };
  auto const some = schedules(7);
  CHECK(some == schedules(7));
  CHECK(some != schedules(1000));
}

TEST_CASE("explore: a program that uses no queue is refused") {
  ExploreOptions options;
  options.run.command = {"true"};
  options.run.supervisor = QUEUESCOPE_CLI;
  CHECK_THROWS_AS(explored(options), qs::ExploreError);
}

TEST_CASE("explore: dfs reports the step at which a nondeterministic program differs") {
  ExploreOptions options;
  options.run.command = {BY_CHANCE};
  options.run.supervisor = QUEUESCOPE_CLI;
  options.search = Search::dfs;
  std::string words;
  try {
    explored(options);
  } catch (qs::ExploreError const& error) {
    words = error.what();
  }
  CHECK(words.starts_with("after "));
  CHECK_MESSAGE(words.find("other actors can go on than before (now ") != std::string::npos, words);
  CHECK_MESSAGE(words.find("; then ") != std::string::npos, words);
}

TEST_CASE("explore: with a kill, a correct program ends in a deadlock, and the schedule reproduces it") {
  for (Search const search : {Search::random, Search::pct, Search::dfs}) {
    ExploreOptions options = options_for("sentinel", {{"items", "2"}});
    options.search = search;
    options.preemptions = 0;
    options.runs = 200;
    if (search == Search::random) CHECK(explored(options).endings.empty());
    options.kills = 1;
    Exploration const found = explored(options);
    auto const deadlock = std::find_if(found.endings.begin(), found.endings.end(),
                                       [](auto const& ending) { return ending.name.starts_with("deadlock"); });
    REQUIRE(deadlock != found.endings.end());
    CHECK(to_text(deadlock->schedule).find("kill=") != std::string::npos);

    qs::RunOptions again = qs::scenario_run(*qs::scenarios::find("sentinel"), {{"items", "2"}});
    again.scheduler = std::make_shared<qs::ScheduledRun>(deadlock->schedule);
    CHECK(Recorded(again, Recorded::Killed::anywhere).ending() == RunEnding::deadlock);
  }
}
