#include <algorithm>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios {

#define QS_SCENARIO(name) Scenario name();
#include "sim/scenarios/scenarios.def"
#undef QS_SCENARIO

std::vector<Scenario> const& all() {
  static std::vector<Scenario> const scenarios{
#define QS_SCENARIO(name) name(),
#include "sim/scenarios/scenarios.def"
#undef QS_SCENARIO
  };
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
