#include "gui/state/mechanism_comparison.hpp"

#include "sim/scenarios/scenario.hpp"

namespace qs::gui {
namespace {

using Parameters = std::map<std::string, std::string>;

std::string mechanism_of(Parameters const& parameters) {
  auto const found = parameters.find(scenarios::mechanism_parameter);
  return found == parameters.end() ? "" : found->second;
}

Parameters without_mechanism(Parameters parameters) {
  parameters.erase(scenarios::mechanism_parameter);
  return parameters;
}

}  // namespace

void MechanismComparison::ended(RunFacts const& run, std::string const& line) {
  auto const mechanism = mechanism_of(run.parameters);
  if (mechanism.empty()) return;
  if (run.scenario != scenario_ || without_mechanism(run.parameters) != parameters_) lines_.clear();
  scenario_ = run.scenario;
  parameters_ = without_mechanism(run.parameters);
  lines_[mechanism] = line;
}

std::string MechanismComparison::others(std::string const& scenario, Parameters const& parameters) const {
  if (scenario != scenario_ || without_mechanism(parameters) != parameters_) return "";
  std::string words;
  for (auto const& [mechanism, line] : lines_) {
    if (mechanism != mechanism_of(parameters)) words += (words.empty() ? "" : "\n") + mechanism + ": " + line;
  }
  return words;
}

std::string MechanismComparison::compared() const {
  if (lines_.size() < 2) return "";
  std::string words;
  for (auto const& [mechanism, line] : lines_) words += (words.empty() ? "" : "\n") + mechanism + ": " + line;
  return words;
}

}  // namespace qs::gui
