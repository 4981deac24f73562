// How a bundled scenario is run: like any other program.
#pragma once

#include <map>
#include <string>

#include "sim/run/run.hpp"
#include "sim/scenarios/scenario.hpp"

namespace qs {

/// With the scenario's own deadline. Throws scenarios::ArgumentError for an impossible setting.
RunOptions scenario_run(scenarios::Scenario const& scenario, std::map<std::string, std::string> const& settings = {});

/// The executable that runs the bundled scenarios.
std::string scenario_runner();

}  // namespace qs
