#include <algorithm>
#include <filesystem>
#include <set>

#include <doctest/doctest.h>

#include "sim/scenarios/scenario.hpp"

using namespace qs::scenarios;

TEST_CASE("registry: 38 scenarios, each with a title, a group, two sentences and parameters") {
  CHECK(all().size() == 38);
  std::set<std::string> names;
  for (auto const& scenario : all()) {
    CAPTURE(scenario.name);
    CHECK(names.insert(scenario.name).second);
    CHECK(find(scenario.name) == &scenario);
    CHECK(!scenario.title.empty());
    CHECK(!scenario.group.empty());
    CHECK(scenario.deadline_s > 0);
    CHECK((!scenario.hangs || scenario.deadline_s <= 3));
    CHECK(std::filesystem::exists(scenario.source_file));
    CHECK((scenario.program != nullptr));
    std::string const& text = scenario.explanation;
    int sentences = text.ends_with('.') ? 1 : 0;
    for (std::size_t at = text.find(". "); at != std::string::npos; at = text.find(". ", at + 1)) ++sentences;
    CHECK(sentences == 2);
    CHECK(!scenario.parameters.empty());
    for (auto const& parameter : scenario.parameters) {
      CAPTURE(parameter.name);
      CHECK(!parameter.meaning.empty());
      CHECK(parameter.lowest <= parameter.fallback);
      CHECK(parameter.fallback <= parameter.highest);
    }
  }
  CHECK(find("no such scenario") == nullptr);
}

TEST_CASE("registry: scenarios of one group are adjacent") {
  std::vector<std::string> groups;
  for (auto const& scenario : all()) {
    if (groups.empty() || groups.back() != scenario.group) groups.push_back(scenario.group);
  }
  CHECK(std::set<std::string>(groups.begin(), groups.end()).size() == groups.size());
}

TEST_CASE("arguments: defaults, settings and choices") {
  std::vector<Parameter> const parameters{{"items", "how many", 0, 10, 4}, {"mode", "how", 0, 1, 1, {"fast", "slow"}}};
  Arguments const fallbacks{parameters};
  CHECK(fallbacks["items"] == 4);
  CHECK(fallbacks["mode"] == 1);
  CHECK(fallbacks.milliseconds("items") == std::chrono::milliseconds{4});
  CHECK_THROWS_AS(static_cast<void>(fallbacks["nothing"]), std::out_of_range);
  Arguments const set{parameters, {{"items", "10"}, {"mode", "fast"}}};
  CHECK(set["items"] == 10);
  CHECK(set["mode"] == 0);
  CHECK(Arguments(parameters, {{"mode", "1"}})["mode"] == 1);
}

TEST_CASE("arguments: an invalid value or name is refused with one sentence") {
  std::vector<Parameter> const parameters{{"items", "how many", 0, 10, 4}, {"mode", "how", 0, 1, 1, {"fast", "slow"}}};
  auto const sentence = [&](std::map<std::string, std::string> const& settings) -> std::string {
    try {
      Arguments{parameters, settings};
    } catch (ArgumentError const& error) {
      return error.what();
    }
    return "";
  };
  CHECK(sentence({{"items", "11"}}) == "items must be a whole number from 0 to 10, not \"11\".");
  CHECK(sentence({{"items", "-1"}}) == "items must be a whole number from 0 to 10, not \"-1\".");
  CHECK(sentence({{"items", "many"}}) == "items must be a whole number from 0 to 10, not \"many\".");
  CHECK(sentence({{"items", ""}}) == "items must be a whole number from 0 to 10, not \"\".");
  CHECK(sentence({{"items", "3x"}}) == "items must be a whole number from 0 to 10, not \"3x\".");
  CHECK(sentence({{"items", "99999999999999999999"}}) ==
        "items must be a whole number from 0 to 10, not \"99999999999999999999\".");
  CHECK(sentence({{"mode", "medium"}}) == "mode must be one of fast, slow, not \"medium\".");
  CHECK(sentence({{"itmes", "1"}}) == "There is no parameter \"itmes\"; there are items, mode.");
}
