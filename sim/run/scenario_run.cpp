#include "sim/run/scenario_run.hpp"

#include <filesystem>

namespace qs {

namespace {

namespace fs = std::filesystem;

constexpr char runner_name[] = "queuescope-scenario";

std::string value_words(scenarios::Parameter const& parameter, std::int64_t value) {
  return parameter.choices.empty() ? std::to_string(value) : parameter.choices.at(static_cast<std::size_t>(value));
}

}  // namespace

/// Looks beside this executable (in a build), in ../libexec (installed), then in PATH.
std::string scenario_runner() {
  std::error_code error;
  fs::path const folder = fs::read_symlink("/proc/self/exe", error).parent_path();
  for (fs::path const& candidate : {folder / runner_name, folder.parent_path() / "libexec" / runner_name}) {
    if (fs::exists(candidate, error)) return candidate;
  }
  return runner_name;
}

RunOptions scenario_run(scenarios::Scenario const& scenario, std::map<std::string, std::string> const& settings) {
  scenarios::Arguments const arguments(scenario.parameters, settings);
  RunOptions options;
  options.command = {scenario_runner(), scenario.name};
  options.title = scenario.title;
  options.scenario = scenario.name;
  options.deadline = std::chrono::milliseconds(static_cast<std::int64_t>(scenario.deadline_s * 1000));
  for (auto const& parameter : scenario.parameters) {
    std::string const value = value_words(parameter, arguments.values().find(parameter.name)->second);
    options.parameters[parameter.name] = value;
    options.command.push_back(parameter.name + "=" + value);
  }
  return options;
}

}  // namespace qs
