// `compare`: runs a scenario under both mechanisms and shows how each run ended, side by side. The actors go in turn,
// so that the load of the machine changes nothing and a deadlock is seen at once.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/base/wrapping.hpp"
#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/cli/stopping.hpp"
#include "sim/cli/target.hpp"
#include "sim/control/basic_schedulers.hpp"
#include "sim/report/summary.hpp"
#include "sim/run/scenario_run.hpp"
#include "sim/text/words.hpp"

namespace qs::cli {

namespace {

struct CompareArguments {
  std::string scenario;
  std::vector<std::string> settings;
  bool json = false;
};

constexpr std::size_t name_width = 10, gap = 2, cell = (terminal_columns - name_width) / 2 - gap;

struct ComparisonRow {
  std::string name;
  std::array<std::string, 2> cells;
};

std::vector<std::string> lines_of(std::string const& words) {
  std::vector<std::string> lines;
  std::istringstream text(wrapped(words, "", cell));
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

std::string row_text(ComparisonRow const& row) {
  std::array const cells{lines_of(row.cells[0]), lines_of(row.cells[1])};
  std::string text;
  for (std::size_t i = 0; i < std::max({cells[0].size(), cells[1].size(), std::size_t{1}}); ++i) {
    std::string line = fitted(i == 0 ? row.name : "", name_width, true);
    for (auto const& lines : cells)
      line += std::string(gap, ' ') + fitted(i < lines.size() ? lines[i] : "", cell, true);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  }
  return text;
}

std::string joined(std::vector<std::string> const& words, char const* none) {
  return words.empty() ? none : fmt::format("{}", fmt::join(words, "; "));
}

std::string side_by_side(std::array<std::string, 2> const& titles, std::array<Summary, 2> const& runs) {
  auto const row = [&](char const* name, auto const& words) {
    return row_text({name, {words(runs[0]), words(runs[1])}});
  };
  auto text = row_text({"", titles});
  text += row("ended", [](Summary const& run) { return run.ending; });
  text += row("blocked", [](Summary const& run) { return joined(run.blocked, "nobody"); });
  text += row("put, got", [](Summary const& run) { return fmt::format("{}, {}", number(run.puts), number(run.gets)); });
  text +=
      row("left, lost", [](Summary const& run) { return fmt::format("{}, {}", number(run.left), number(run.lost)); });
  text += row("events", [](Summary const& run) { return number(run.events); });
  text += row("repairs", [](Summary const& run) { return number(run.repairs); });
  text += row("found", [](Summary const& run) { return joined(run.causes, "nothing wrong"); });
  return text;
}

nlohmann::ordered_json to_json(Summary const& run) {
  return {{"ending", run.ending},   {"events", run.events}, {"blocked", run.blocked},
          {"findings", run.causes}, {"puts", run.puts},     {"gets", run.gets},
          {"left", run.left},       {"lost", run.lost},     {"repairs", run.repairs}};
}

Trace observe(RunOptions const& options, std::atomic<bool> const& stop) {
  Trace trace;
  TraceBuilder builder(trace);
  RunResult const result = run_program(options, {&builder}, stop);
  if (!result.started()) throw UsageError(result.error + ".");
  return trace;
}

int compare(CompareArguments const& options) {
  auto const& scenario = scenario_called(options.scenario);
  auto settings = settings_of(options.settings);
  if (settings.contains(scenarios::mechanism_parameter)) {
    throw UsageError("compare runs both mechanisms; leave out mechanism=.");
  }
  std::array<std::string, 2> const mechanisms{"cpython", "hardened"};
  std::array<Summary, 2> runs;
  StopOnSignal const stopping;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    settings[scenarios::mechanism_parameter] = mechanisms[i];
    RunOptions run = scenario_run(scenario, settings);
    run.output_to_stderr = options.json;
    run.scheduler = std::make_shared<FairRun>();
    runs[i] = summary(observe(run, stopping.wanted()));
    if (stopping.wanted()) return exit_interrupted;
  }
  if (options.json) {
    print_json({{"scenario", scenario.name}, {mechanisms[0], to_json(runs[0])}, {mechanisms[1], to_json(runs[1])}});
  } else {
    print(wrapped(scenario.title + ":") + "\n" + side_by_side(mechanisms, runs));
  }
  return exit_finished;
}

}  // namespace

void add_compare(CLI::App& app, int& answer) {
  auto options = std::make_shared<CompareArguments>();
  CLI::App* command =
      app.add_subcommand("compare", "Run a scenario under both mechanisms and compare how the runs end");
  command->add_option("scenario", options->scenario, "A scenario")->type_name("NAME")->required();
  add_settings(*command, options->settings);
  command->add_flag("--json", options->json, "Print JSON; the scenario's own output goes to stderr");
  command->footer(
      "Examples:\n"
      "  queuescope compare killed-reader\n"
      "  queuescope compare join-before-drain --set frame_bytes=100000 --json\n"
      "\nThe actors take turns, and time passes when no one can take a step. The exit code is 0 however the runs end.");
  command->callback([options, &answer] { answer = compare(*options); });
}

}  // namespace qs::cli
