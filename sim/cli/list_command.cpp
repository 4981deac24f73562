#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/cli/target.hpp"
#include "sim/text/words.hpp"

namespace qs::cli {

namespace {

using scenarios::Parameter;
using scenarios::Scenario;

std::string default_words(Parameter const& parameter) {
  return parameter.choices.empty() ? std::to_string(parameter.fallback)
                                   : parameter.choices.at(static_cast<std::size_t>(parameter.fallback));
}

std::string range_words(Parameter const& parameter) {
  return parameter.choices.empty() ? fmt::format("{} to {}", parameter.lowest, parameter.highest)
                                   : fmt::format("{}", fmt::join(parameter.choices, ", "));
}

std::string parameter_lines(Scenario const& scenario) {
  std::string text;
  for (auto const& parameter : scenario.parameters) {
    text += fmt::format("      {:<28} {} ({})\n", parameter.name + "=" + default_words(parameter), parameter.meaning,
                        range_words(parameter));
  }
  return text;
}

std::string all_words() {
  std::string text, group;
  for (auto const& scenario : scenarios::all()) {
    if (scenario.group != group) text += fmt::format("{}{}\n", group.empty() ? "" : "\n", scenario.group);
    group = scenario.group;
    text += fmt::format("  {:<24} {}{}\n{}", scenario.name, scenario.title,
                        scenario.hangs ? " (hangs, on purpose)"
                        : scenario.bug ? " (fails under some schedules)"
                                       : "",
                        parameter_lines(scenario));
  }
  return text + "\n`queuescope list NAME` explains a scenario; `queuescope run NAME --set PARAMETER=VALUE` runs it.\n";
}

std::string bug_line(Scenario const& scenario) {
  if (!scenario.bug) return "";
  std::vector<std::string_view> endings;
  for (auto const ending : scenario.bug->endings) endings.push_back(words(ending));
  return fmt::format(
      "Under some schedules it ends with {}: bug depth {}, {}. fixed=1 runs the program without the bug.\n",
      fmt::join(endings, " or "), scenario.bug->depth,
      count(static_cast<std::uint64_t>(scenario.bug->preemptions), "preemption"));
}

std::string one_in_words(Scenario const& scenario) {
  return fmt::format("{}: {}\n\n{}\n\n{}\n{}Its source is {}. Its deadline is {} s{}.\n", scenario.name, scenario.title,
                     scenario.explanation, parameter_lines(scenario), bug_line(scenario), scenario.source_file,
                     scenario.deadline_s, scenario.hangs ? "; with the default parameters it hangs, on purpose" : "");
}

nlohmann::ordered_json to_json(Scenario const& scenario) {
  nlohmann::ordered_json parameters = nlohmann::ordered_json::array();
  for (auto const& parameter : scenario.parameters) {
    nlohmann::ordered_json facts{{"name", parameter.name}, {"meaning", parameter.meaning}};
    if (parameter.choices.empty()) {
      facts.update({{"lowest", parameter.lowest}, {"highest", parameter.highest}, {"default", parameter.fallback}});
    } else {
      facts.update({{"choices", parameter.choices}, {"default", default_words(parameter)}});
    }
    parameters.push_back(std::move(facts));
  }
  nlohmann::ordered_json bug;
  if (scenario.bug) {
    auto endings = nlohmann::ordered_json::array();
    for (auto const ending : scenario.bug->endings) endings.push_back(words(ending));
    bug = {{"endings", endings}, {"depth", scenario.bug->depth}, {"preemptions", scenario.bug->preemptions}};
  }
  return {{"name", scenario.name},          {"title", scenario.title},  {"explanation", scenario.explanation},
          {"group", scenario.group},        {"hangs", scenario.hangs},  {"deadline_s", scenario.deadline_s},
          {"source", scenario.source_file}, {"parameters", parameters}, {"bug", bug}};
}

}  // namespace

void add_list(CLI::App& app, int& answer) {
  struct ListArguments {
    std::string name;
    bool json = false;
  };
  auto options = std::make_shared<ListArguments>();
  CLI::App* command = app.add_subcommand("list", "List the bundled scenarios and their parameters");
  command->add_option("name", options->name, "Explain this scenario");
  command->add_flag("--json", options->json, "Print JSON");
  command->footer("Examples:\n  queuescope list\n  queuescope list killed-reader\n  queuescope list --json");
  command->callback([options, &answer] {
    answer = exit_finished;
    if (!options->name.empty()) {
      Scenario const& scenario = scenario_called(options->name);
      return options->json ? print_json(to_json(scenario)) : print(one_in_words(scenario));
    }
    if (!options->json) return print(all_words());
    nlohmann::ordered_json array = nlohmann::ordered_json::array();
    for (auto const& scenario : scenarios::all()) array.push_back(to_json(scenario));
    print_json(array);
  });
}

}  // namespace qs::cli
