#include "sim/cli/target.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/cli/python_program.hpp"
#include "sim/run/scenario_run.hpp"

namespace qs::cli {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (auto const& scenario : scenarios::all()) names.push_back(scenario.name);
  return names;
}

std::string quoted(std::string const& word) {
  bool const plain = !word.empty() && word.find_first_of(" \t\n'\"\\$`*?[](){}<>|&;#~!") == std::string::npos;
  if (plain) return word;
  std::string text = "'";
  for (char const letter : word) text += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return text + "'";
}

bool on_path(std::string const& program) {
  char const* const path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((fs::path(folder) / program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

RunOptions program_run(std::vector<std::string> const& given, std::vector<std::string> const& settings) {
  auto const words = with_interpreter(given);
  std::string const& name = words.front();
  bool const is_path = name.find('/') != std::string::npos;
  if (!is_path && !on_path(name)) {
    bool const here = fs::exists(name);
    throw UsageError(fmt::format("there is no scenario or program '{}'.{} {}", name,
                                 did_you_mean(name, scenario_names()),
                                 here ? fmt::format("To run the file in this folder, write ./{}.", name)
                                      : "`queuescope list` shows the scenarios."));
  }
  if (!settings.empty()) {
    throw UsageError(fmt::format("--set is for scenarios; pass arguments to {} after --.", name));
  }
  RunOptions options;
  options.command = words;
  if (auto const script = python_script(words); !script.empty()) options.title = fs::path(script).filename();
  return options;
}

}  // namespace

std::map<std::string, std::string> settings_of(std::vector<std::string> const& words) {
  std::map<std::string, std::string> settings;
  for (auto const& word : words) {
    auto const equals = word.find('=');
    if (equals == 0 || equals == std::string::npos) {
      throw UsageError(fmt::format("'{}' is not of the form PARAMETER=VALUE, such as --set consumers=3.", word));
    }
    settings[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return settings;
}

scenarios::Scenario const& scenario_called(std::string const& name) {
  if (auto const* scenario = scenarios::find(name)) return *scenario;
  throw UsageError(fmt::format("there is no scenario '{}'.{} `queuescope list` shows them all.", name,
                               did_you_mean(name, scenario_names())));
}

void add_settings(CLI::App& command, std::vector<std::string>& settings, char const* of) {
  command.add_option("--set", settings, fmt::format("A parameter of {}", of))
      ->type_name("PARAMETER=VALUE")
      ->expected(1)
      ->take_all();
}

void add_words(CLI::App& command, TargetArguments& target, char const* name, char const* meaning) {
  command.add_option(name, target.words, meaning)->type_name("[--] PROGRAM [ARGS...]");
  command.add_option(program_argument_option, target.behind)->expected(1)->take_all()->group("");
}

void add_target(CLI::App& command, TargetArguments& target) {
  add_words(command, target, "target", "A scenario, or a program and its arguments");
  command.get_option("target")->type_name("NAME|PROGRAM [-- ARGS...]");
  add_settings(command, target.settings);
}

std::vector<std::string> mark_program_arguments(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  static constexpr std::string_view with_program[] = {"run", "record", "replay", "explore", "grade", "step"};
  bool const known = !words.empty() && std::find(std::begin(with_program), std::end(with_program), words.front()) !=
                                           std::end(with_program);
  auto const mark = std::find(words.begin(), words.end(), "--");
  if (!known || mark == words.end()) return words;
  for (auto word = words.erase(mark); word != words.end(); ++word)
    *word = fmt::format("{}=.{}", program_argument_option, *word);
  return words;
}

std::vector<std::string> all_words(TargetArguments const& target) {
  auto words = target.words;
  for (auto const& word : target.behind) words.push_back(word.substr(1));
  return words;
}

std::string shell_words(TargetArguments const& target) {
  auto const words = all_words(target);
  std::string text = words.empty() ? "" : quoted(words.front());
  for (auto const& setting : target.settings) text += " --set " + quoted(setting);
  if (words.size() > 1) text += " --";
  for (std::size_t index = 1; index < words.size(); ++index) text += " " + quoted(words[index]);
  return text;
}

RunOptions target_of(TargetArguments const& target) {
  auto const words = all_words(target);
  if (words.empty()) throw UsageError("name a scenario or a program; `queuescope list` shows the scenarios.");
  auto const* scenario = scenarios::find(words.front());
  if (scenario == nullptr) return program_run(words, target.settings);
  std::vector<std::string> all(words.begin() + 1, words.end());
  all.insert(all.end(), target.settings.begin(), target.settings.end());
  return scenario_run(*scenario, settings_of(all));
}

RunOptions run_again(RunFacts const& recorded, TargetArguments const& given) {
  if (!all_words(given).empty()) return target_of(given);
  if (recorded.scenario.empty()) {
    std::string command;
    for (auto const& word : recorded.command) command += " " + word;
    throw UsageError(fmt::format("the trace does not start its program by itself; to run it again, add --{}", command));
  }
  return scenario_run(scenario_called(recorded.scenario), recorded.parameters);
}

int exit_code_of(RunFacts const& facts) {
  if (facts.hung()) return exit_stuck;
  if (facts.ending == RunEnding::interrupted) return exit_interrupted;
  return facts.ending == RunEnding::finished ? exit_finished : exit_failed;
}

}  // namespace qs::cli
