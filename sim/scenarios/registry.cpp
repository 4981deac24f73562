#include <algorithm>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios {

#define QS_SCENARIO(name) \
  namespace name {        \
  Scenario scenario();    \
  }
#include "sim/scenarios/scenarios.def"
#undef QS_SCENARIO

namespace {

/// Every scenario runs on either mechanism.
Parameter mechanism() {
  return {.name = mechanism_parameter,
          .meaning = "what the queues are made of: CPython's mechanism, or the one that survives being killed",
          .highest = 1,
          .choices = {"cpython", "hardened"}};
}

std::vector<Scenario> made() {
  std::vector<Scenario> scenarios{
#define QS_SCENARIO(name) name::scenario(),
#include "sim/scenarios/scenarios.def"
#undef QS_SCENARIO
  };
  for (auto& scenario : scenarios) scenario.parameters.push_back(mechanism());
  return scenarios;
}

}  // namespace

std::vector<Scenario> const& all() {
  static std::vector<Scenario> const scenarios = made();
  return scenarios;
}

std::string_view words(Ending ending) {
  switch (ending) {
    case Ending::deadlock: return "a deadlock";
    case Ending::uncaught_exception: return "an uncaught exception";
    case Ending::failed_expectation: return "a failed expectation";
    case Ending::items_left: return "items left in a queue";
  }
  return "";
}

Scenario const* find(std::string_view name) {
  auto const found =
      std::find_if(all().begin(), all().end(), [name](Scenario const& scenario) { return scenario.name == name; });
  return found == all().end() ? nullptr : &*found;
}

}  // namespace qs::scenarios
