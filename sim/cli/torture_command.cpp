// `torture`: kills processes and checks the guarantees given to the survivors.
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/cli/stopping.hpp"
#include "sim/cli/target.hpp"
#include "sim/run/scenario_run.hpp"
#include "sim/text/words.hpp"
#include "sim/torture/matrix.hpp"

namespace qs::cli {

namespace {

struct MatrixArguments {
  std::vector<std::string> scenarios;
  std::vector<std::string> settings;
  std::uint64_t most_kills = 0;
  bool json = false;
};

bool has_parameter(scenarios::Scenario const& scenario, std::string const& name) {
  return std::any_of(scenario.parameters.begin(), scenario.parameters.end(),
                     [&](scenarios::Parameter const& parameter) { return parameter.name == name; });
}

/// The default parameters of the matrix: hardened queues, scenarios without their bug, and few processes.
std::map<std::string, std::string> usual_settings(scenarios::Scenario const& scenario) {
  std::map<std::string, std::string> settings{{scenarios::mechanism_parameter, "hardened"}};
  if (scenario.bug && has_parameter(scenario, "fixed")) settings["fixed"] = "1";
  if (scenario.name == "sentinel-per-consumer") settings["sentinels"] = "3";
  if (scenario.name == "task-done-forgotten") settings["forgotten"] = "0";
  if (scenario.name == "crowd") {
    settings["processes"] = "6";
    settings["items"] = "2";
  }
  return settings;
}

std::string target_words(scenarios::Scenario const& scenario, std::map<std::string, std::string> const& settings) {
  std::string words = scenario.name;
  for (auto const& [name, value] : settings) words += fmt::format(" --set {}={}", name, value);
  return words;
}

/// A progress line that is updated in place; only on a terminal.
void show_progress(std::string const& name, KillMatrix const& now) {
  if (isatty(STDERR_FILENO) == 0) return;
  fmt::print(stderr, "\r\x1b[K{}: {} kills, {} broken", name, number(now.kills), number(now.broken));
  std::fflush(stderr);
}

void tell(std::string const& name, std::string const& target, KillMatrix const& found) {
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\x1b[K");
  if (!found.skipped.empty()) return print(fmt::format("{:<24} {}\n", name, found.skipped));
  print(fmt::format("{:<24} {:>6} {:>7} {:>9} {:>7} {:>8} {:>6} {:>7}\n", name, found.steps, found.kills,
                    found.finished, found.waits, found.goes_on, found.lost, found.broken));
  for (auto const& [reason, count] : found.reasons) print(fmt::format("    {} lost: {}\n", count, reason));
  for (BrokenGuarantee const& promise : found.promises) {
    print(fmt::format("    BROKEN {} times: {}\n      queuescope run {} --schedule \"{}\"\n", promise.count,
                      promise.what, target, to_text(promise.schedule)));
  }
}

struct Total {
  std::uint64_t scenarios = 0, skipped = 0, kills = 0, lost = 0, broken = 0;

  void add(KillMatrix const& found) {
    ++(found.skipped.empty() ? scenarios : skipped);
    kills += found.kills;
    lost += found.lost;
    broken += found.broken;
  }
};

int torture_matrix(MatrixArguments const& words) {
  std::vector<scenarios::Scenario const*> chosen;
  for (auto const& name : words.scenarios) chosen.push_back(&scenario_called(name));
  if (chosen.empty()) {
    for (auto const& scenario : scenarios::all()) chosen.push_back(&scenario);
  }
  int const processor = sched_getcpu();
  StopOnSignal const stopping;
  nlohmann::ordered_json answer = nlohmann::ordered_json::array();
  Total total;
  if (!words.json) {
    print(fmt::format("{:<24} {:>6} {:>7} {:>9} {:>7} {:>8} {:>6} {:>7}\n", "scenario", "steps", "kills", "finished",
                      "waits", "goes on", "lost", "broken"));
  }
  for (auto const* scenario : chosen) {
    if (stopping.wanted()) break;
    auto settings = usual_settings(*scenario);
    for (auto const& [name, value] : settings_of(words.settings)) settings[name] = value;
    MatrixOptions const options{
        .run = scenario_run(*scenario, settings), .most_kills = words.most_kills, .processor = processor};
    KillMatrix const found = kill_matrix(options, stopping.wanted(), [&](KillMatrix const& now) {
      if (!words.json) show_progress(scenario->name, now);
    });
    total.add(found);
    std::string const target = target_words(*scenario, settings);
    if (!words.json) tell(scenario->name, target, found);
    auto entry = to_json(found);
    entry["target"] = target;
    answer.push_back(std::move(entry));
  }
  if (words.json) {
    print_json({{"scenarios", answer},
                {"kills", total.kills},
                {"lost", total.lost},
                {"broken", total.broken},
                {"interrupted", stopping.wanted().load()}});
  } else {
    print(fmt::format("\n{} in {} ({} skipped): {} lost as allowed, the guarantee was broken in {}.\n",
                      count(total.kills, "kill"), count(total.scenarios, "scenario"), total.skipped,
                      count(total.lost, "item"), count(total.broken, "run")));
    if (stopping.wanted()) print("Interrupted: this is what was found so far.\n");
  }
  if (total.broken != 0) return exit_failed;
  return stopping.wanted() ? exit_interrupted : exit_finished;
}

void add_matrix(CLI::App& torture, int& answer) {
  auto words = std::make_shared<MatrixArguments>();
  CLI::App* command = torture.add_subcommand("matrix", "Kill each process at each step of each scenario");
  command->add_option("scenarios", words->scenarios, "Scenarios; all of them by default")->type_name("NAME");
  add_settings(*command, words->settings, "the scenarios");
  command
      ->add_option("--kills", words->most_kills, "The largest number of kills in each scenario, spread evenly; 0: all")
      ->type_name("N")
      ->capture_default_str();
  command->add_flag("--json", words->json, "Print JSON");
  command->footer(
      "Examples:\n"
      "  queuescope torture matrix                       every scenario; takes some minutes\n"
      "  queuescope torture matrix joinable-daemon\n"
      "  queuescope torture matrix one-item --set mechanism=cpython    which guarantees nothing\n"
      "\nEach run goes as usual up to the kill and after it. The survivors may end up waiting for something that the\n"
      "dead process would have done, but not for its locks, its slots or half a message. `lost` counts items that\n"
      "the dead process had taken but not yet returned from get.\n"
      "Exit codes: 0 the guarantee held, 1 it was broken.");
  command->callback([words, &answer] { answer = torture_matrix(*words); });
}

struct StormArguments {
  std::uint64_t items = 1'000'000, kills = 10'000, producers = 4, consumers = 4, maxsize = 0, seed = 1;
  bool joinable = false, redeliver = false;
};

/// Replaces this process by the executable of the scenarios, whose forks are cheap; it handles Ctrl-C and prints the
/// result.
[[noreturn]] void torture_storm(StormArguments const& words) {
  std::vector<std::string> command{scenario_runner(),
                                   "--storm",
                                   fmt::format("items={}", words.items),
                                   fmt::format("kills={}", words.kills),
                                   fmt::format("producers={}", words.producers),
                                   fmt::format("consumers={}", words.consumers),
                                   fmt::format("maxsize={}", words.maxsize),
                                   fmt::format("seed={}", words.seed),
                                   fmt::format("joinable={}", words.joinable ? 1 : 0),
                                   fmt::format("redeliver={}", words.redeliver ? 1 : 0)};
  std::vector<char*> arguments;
  for (auto& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  std::fflush(stdout);
  execvp(arguments.front(), arguments.data());
  throw UsageError(
      fmt::format("cannot start '{}': {}; install Queuescope again.", command.front(), std::strerror(errno)));
}

void add_storm(CLI::App& torture) {
  auto words = std::make_shared<StormArguments>();
  CLI::App* command = torture.add_subcommand("storm", "Kill free-running producers and consumers at random moments");
  auto const add = [&](char const* name, std::uint64_t& value, char const* meaning, std::uint64_t most) {
    command->add_option(name, value, meaning)
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{0}, most))
        ->capture_default_str();
  };
  add("--items", words->items, "The smallest number of items", 50'000'000);
  add("--kills", words->kills, "How many kills; every killed process is replaced", 10'000'000);
  add("--producers", words->producers, "Processes that put", 63);
  add("--consumers", words->consumers, "Processes that get", 63);
  add("--maxsize", words->maxsize, "Slots of the queue; 0: no bound", 1'000'000);
  add("--seed", words->seed,
      "The seed of the moments of the kills; the processes run freely, so storms differ all the same", UINT64_MAX);
  command->add_flag("--joinable", words->joinable, "Use a JoinableQueue, whose join reports what was lost");
  command->add_flag("--redeliver", words->redeliver, "Use a JoinableQueue that redelivers the tasks of dead processes");
  command->footer(
      "Examples:\n"
      "  queuescope torture storm                        a million items, ten thousand kills\n"
      "  queuescope torture storm --maxsize 64\n"
      "  queuescope torture storm --items 20000 --kills 200 --redeliver\n"
      "\nEvery item must be got once, in its producer's order, or be lost with a process that was killed inside get.\n"
      "Exit codes: 0 the guarantee held, 1 it was broken.");
  command->callback([words] { torture_storm(*words); });
}

}  // namespace

void add_torture(CLI::App& app, int& answer) {
  CLI::App* command = app.add_subcommand("torture", "Kill processes and check what that does to the others");
  command->require_subcommand(1);
  command->footer(
      "Examples:\n"
      "  queuescope torture matrix joinable-daemon       each process killed at each step\n"
      "  queuescope torture storm --kills 1000           free-running processes, killed at random moments\n");
  add_matrix(*command, answer);
  add_storm(*command);
}

}  // namespace qs::cli
