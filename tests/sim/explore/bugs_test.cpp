// The bundled bugs run freely here, and end in one of the ways that their description names. The explorer's tests show
// that each bug can be provoked.
#include <algorithm>
#include <optional>
#include <set>

#include <doctest/doctest.h>

#include "sim/diagnosis/diagnosis.hpp"
#include "tests/sim/support/recorded.hpp"

using namespace tests;
using qs::BugPattern;
using qs::scenarios::Ending;

namespace {

std::vector<qs::scenarios::Scenario const*> bugs() {
  std::vector<qs::scenarios::Scenario const*> found;
  for (auto const& scenario : qs::scenarios::all()) {
    if (scenario.bug) found.push_back(&scenario);
  }
  return found;
}

Ending ending_of(qs::Finding const& finding) {
  if (!finding.victims.empty()) return Ending::deadlock;
  switch (finding.mistake) {
    case BugPattern::expectation_failed: return Ending::failed_expectation;
    case BugPattern::uncaught_exception: return Ending::uncaught_exception;
    case BugPattern::check_then_act: return Ending::uncaught_exception;
    default: return Ending::items_left;
  }
}

}  // namespace

TEST_CASE("bugs: at least ten, of every ending, each with its depth and preemptions") {
  CHECK(bugs().size() >= 10);
  std::set<Ending> endings;
  for (auto const* scenario : bugs()) {
    CAPTURE(scenario->name);
    REQUIRE(!scenario->bug->endings.empty());
    endings.insert(scenario->bug->endings.front());
    CHECK(scenario->bug->depth >= 1);
    CHECK(scenario->bug->depth <= 3);
    CHECK(scenario->bug->preemptions >= 0);
    CHECK(scenario->bug->preemptions < 3);
    CHECK(!scenario->hangs);
    REQUIRE(scenario->parameters.size() == 2);  // the other is the mechanism, which every scenario has
    CHECK(scenario->parameters.front().name == "fixed");
    CHECK(scenario->parameters.front().fallback == 0);
  }
  CHECK(endings.size() == 4);
}

TEST_CASE("bugs: a free run ends well or as described") {
  for (auto const* scenario : bugs()) {
    CAPTURE(scenario->name);
    auto options = qs::scenario_run(*scenario);
    options.command.front() = QUEUESCOPE_SCENARIO;
    Recorded const run(std::move(options), Recorded::Killed::anywhere);
    CHECK(run.trace.complete);
    auto const diagnosis = qs::diagnose(run.trace, run.end);
    INFO(qs::to_text(diagnosis));
    CHECK((run.ending() == RunEnding::deadline) == diagnosis.stuck);
    auto const& endings = scenario->bug->endings;
    for (auto const& finding : diagnosis.findings) {
      CHECK(std::find(endings.begin(), endings.end(), ending_of(finding)) != endings.end());
    }
  }
}

TEST_CASE("bugs: with the fix, each ends well") {
  for (auto const* scenario : bugs()) {
    CAPTURE(scenario->name);
    for (int repetition = 0; repetition < 3; ++repetition) {
      auto const run = record(scenario->name, {{"fixed", "1"}});
      CHECK(run.ending() == RunEnding::finished);
      auto const diagnosis = qs::diagnose(run.trace, run.end);
      INFO(qs::to_text(diagnosis));
      CHECK(diagnosis.findings.empty());
      for (auto const& actor : run.end.actors) CHECK(actor.exit_code == 0);
    }
  }
}

TEST_CASE("small scenarios: they end well and have fewer than 70 events") {
  for (auto const* name : {"one-item-simple", "one-item", "two-senders"}) {
    CAPTURE(name);
    auto const run = record(name);
    CHECK(run.ending() == RunEnding::finished);
    CHECK(run.trace.size() < 70);
    CHECK(qs::diagnose(run.trace, run.end).findings.empty());
  }
}
