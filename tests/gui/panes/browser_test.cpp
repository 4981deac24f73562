#include <doctest/doctest.h>

#include "gui/panes/browser.hpp"

namespace {

using namespace qs;
using namespace qs::gui;

scenarios::Scenario const& any_with_parameters() {
  for (auto const& scenario : scenarios::all()) {
    if (!scenario.parameters.empty()) return scenario;
  }
  FAIL("no scenario has parameters");
  return scenarios::all().front();
}

TEST_CASE("search: all words must match, ignoring case and order") {
  scenarios::Scenario scenario;
  scenario.name = "joinable-daemon";
  scenario.title = "A queue that is joined";
  scenario.explanation = "The consumer dies with main.";
  CHECK(found_by(scenario, ""));
  CHECK(found_by(scenario, "JOINED queue"));
  CHECK(found_by(scenario, "daemon dies"));
  CHECK_FALSE(found_by(scenario, "joined sentinel"));
}

TEST_CASE("parameters start at their defaults and stay in their ranges") {
  auto const& scenario = any_with_parameters();
  Browser browser;
  browser.choose(scenario);
  auto const& parameter = scenario.parameters.front();
  if (parameter.choices.empty()) {
    CHECK(browser.parameters().at(parameter.name) == std::to_string(parameter.fallback));
    browser.set({{parameter.name, std::to_string(parameter.highest)}, {"no such parameter", "1"}});
    CHECK(browser.parameters().at(parameter.name) == std::to_string(parameter.highest));
    browser.set({{parameter.name, "999999999999"}});
    CHECK(browser.parameters().at(parameter.name) == std::to_string(parameter.highest));
  }
  CHECK(browser.parameters().size() == scenario.parameters.size());
}

TEST_CASE("every scenario is found by the words of its description") {
  for (auto const& scenario : scenarios::all()) {
    CAPTURE(scenario.name);
    CHECK_FALSE(scenario.title.empty());
    CHECK_FALSE(scenario.group.empty());
    CHECK(found_by(scenario, scenario.name));
  }
}

}  // namespace
