#include "sim/cli/target.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/scenario_run.hpp"

namespace qs::cli {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (auto const& scenario : scenarios::all()) names.push_back(scenario.name);
  return names;
}

bool on_path(std::string const& program) {
  char const* const path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((fs::path(folder) / program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

RunOptions program_run(std::vector<std::string> const& words, std::vector<std::string> const& settings) {
  std::string const& name = words.front();
  bool const is_path = name.find('/') != std::string::npos;
  if (!is_path && !on_path(name)) {
    bool const here = fs::exists(name);
    throw UsageError(fmt::format(
        "there is no scenario and no program '{}'.{} {}", name, did_you_mean(name, scenario_names()),
        here ? fmt::format("The file in this folder is ./{}.", name) : "queuescope list names the scenarios."));
  }
  if (!settings.empty()) {
    throw UsageError(fmt::format("--set is for scenarios; give {} its own arguments after --.", name));
  }
  RunOptions options;
  options.command = words;
  return options;
}

}  // namespace

std::map<std::string, std::string> settings_of(std::vector<std::string> const& words) {
  std::map<std::string, std::string> settings;
  for (auto const& word : words) {
    auto const equals = word.find('=');
    if (equals == 0 || equals == std::string::npos) {
      throw UsageError(fmt::format("'{}' is no parameter=value, as in --set consumers=3.", word));
    }
    settings[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return settings;
}

scenarios::Scenario const& scenario_called(std::string const& name) {
  if (auto const* scenario = scenarios::find(name)) return *scenario;
  throw UsageError(fmt::format("there is no scenario '{}'.{} queuescope list names them all.", name,
                               did_you_mean(name, scenario_names())));
}

RunOptions target_of(std::vector<std::string> const& words, std::vector<std::string> const& settings) {
  auto const* scenario = scenarios::find(words.front());
  if (scenario == nullptr) return program_run(words, settings);
  std::vector<std::string> all(words.begin() + 1, words.end());
  all.insert(all.end(), settings.begin(), settings.end());
  return scenario_run(*scenario, settings_of(all));
}

RunOptions again(RunFacts const& recorded, std::vector<std::string> const& words) {
  if (!words.empty()) return target_of(words, {});
  if (recorded.scenario.empty()) {
    std::string command;
    for (auto const& word : recorded.command) command += " " + word;
    throw UsageError(
        fmt::format("the trace is of a program, which is only run again if you name it: add --{}", command));
  }
  return scenario_run(scenario_called(recorded.scenario), recorded.parameters);
}

int exit_code_of(RunFacts const& facts) {
  if (facts.ending == "deadline" || facts.ending == "deadlock") return exit_stuck;
  if (facts.ending == "interrupted") return exit_interrupted;
  return facts.ending == "finished" ? exit_finished : exit_failed;
}

}  // namespace qs::cli
