// `explore`: runs a program under many schedules and reports those under which it ends badly.
#include <fmt/format.h>
#include <sched.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/cli/explore_jobs.hpp"
#include "sim/cli/stopping.hpp"
#include "sim/control/scheduler.hpp"
#include "sim/text/words.hpp"
#include "sim/trace/trace_file.hpp"

namespace qs::cli {

namespace {

namespace fs = std::filesystem;

std::vector<int> processors() {
  cpu_set_t set;
  std::vector<int> usable;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return usable;
  for (int processor = 0; processor < CPU_SETSIZE; ++processor) {
    if (CPU_ISSET(static_cast<std::size_t>(processor), &set)) usable.push_back(processor);
  }
  return usable;
}

ExploreOptions prepare(ExploreArguments const& options) {
  ExploreOptions explore;
  explore.run = target_of(options.target);
  explore.search = options.strategy == "pct" ? Search::pct : options.strategy == "dfs" ? Search::dfs : Search::random;
  explore.runs = options.runs;
  explore.seed = options.seed;
  explore.depth = options.depth;
  explore.preemptions = options.preemptions;
  explore.kills = options.kills;
  explore.first_only = options.first;
  explore.shard = shard_of(options.shard);
  auto const usable = processors();
  if (!usable.empty()) explore.processor = usable[explore.shard.index % usable.size()];
  return explore;
}

/// Called before the search, so that its results cannot be lost.
void make_folder(std::string const& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw UsageError(
        fmt::format("cannot create the folder '{}': {}; choose another with -o.", folder, error.message()));
}

/// Runs the schedule of each bad ending again and records it.
void keep_traces(Exploration const& found, ExploreArguments const& options) {
  fs::path const folder = options.output;
  for (std::size_t index = 0; index < found.endings.size(); ++index) {
    RunOptions run = target_of(options.target);
    run.scheduler = std::make_shared<ScheduledRun>(found.endings[index].schedule);
    run.output_to_stderr = true;
    TraceWriter file(folder / fmt::format("ending-{}.qtrace", index + 1));
    std::atomic<bool> const never{false};
    run_program(run, {&file}, never);
    if (!file.error().empty()) complain(file.error());
  }
}

std::string searched(Exploration const& found, ExploreArguments const& options) {
  if (options.strategy == "dfs") {
    std::string bound = "with at most " + count(static_cast<std::uint64_t>(options.preemptions), "preemption");
    if (options.kills > 0) bound += " and " + count(static_cast<std::uint64_t>(options.kills), "kill");
    return found.complete ? fmt::format("All {} schedules {} were tried.", number(found.runs), bound)
                          : fmt::format("{} schedules {} were tried; there are more.", number(found.runs), bound);
  }
  std::string text = fmt::format("{} were tried.", count(found.runs, "random schedule"));
  if (options.strategy != "pct" || found.actors == 0) return text;
  double const chance =
      1 / (static_cast<double>(found.actors) * std::pow(static_cast<double>(found.steps), options.depth - 1));
  return text + fmt::format(
                    " A bug of depth {} in {} actors and {} steps is found with a chance of at least 1/(n*k^(d-1)) = "
                    "{:.2g} % in each run, {:.4g} % in all of them.",
                    options.depth, found.actors, found.steps, 100 * chance,
                    -100 * std::expm1(static_cast<double>(found.runs) * std::log1p(-chance)));
}

void tell(Exploration const& found, ExploreArguments const& options) {
  if (options.json || options.worker) {
    if (options.worker) {
      std::cout << to_json(found).dump() << std::endl;
    } else {
      print_json(to_json(found));
    }
    return;
  }
  print(fmt::format("{} {:.0f} a second, {:.1f} s.\n", searched(found, options),
                    static_cast<double>(found.runs) / std::max(found.seconds, 0.001), found.seconds));
  if (found.too_long > 0) print(fmt::format("{} took too long and were stopped.\n", count(found.too_long, "run")));
  if (found.interrupted) print("Interrupted: this is what was found so far.\n");
  if (found.endings.empty()) return print("No bad ending was found.\n");
  for (std::size_t index = 0; index < found.endings.size(); ++index) {
    BadEnding const& ending = found.endings[index];
    print(fmt::format("\n{}. {} ({} of {}, with {})\n   {}\n   queuescope run --schedule {} {}\n", index + 1,
                      ending.name, number(ending.count), count(found.runs, "run"),
                      count(static_cast<std::uint64_t>(ending.preemptions), "preemption"), ending.headline,
                      ending.schedule.empty() ? "\"\"" : to_text(ending.schedule), found.target));
    if (!options.output.empty())
      print(fmt::format("   queuescope view {}/ending-{}.qtrace\n", options.output, index + 1));
  }
}

Exploration read_results(std::vector<std::string> const& files) {
  std::vector<Exploration> parts;
  for (auto const& name : files) {
    std::ifstream file(name);
    if (!file) throw UsageError(fmt::format("cannot open '{}': {}.", name, std::strerror(errno)));
    try {
      parts.push_back(exploration_of(nlohmann::ordered_json::parse(file)));
    } catch (std::exception const&) {
      throw UsageError(fmt::format("'{}' is not a result of `queuescope explore --json`.", name));
    }
  }
  return merged(parts);
}

int explore(ExploreArguments const& options) {
  bool const keeps = !options.output.empty() && !options.worker && options.merge.empty();
  if (keeps) make_folder(options.output);
  Exploration found;
  if (!options.merge.empty()) {
    found = read_results(options.merge);
  } else if (options.jobs > 1) {
    target_of(options.target);  // reports wrong usage once rather than from every job
    StopOnSignal const stopping;
    found = explore_with_jobs(options, stopping.wanted());
  } else {
    StopOnSignal const stopping;
    ProgressLine const line(!options.json);
    found = qs::explore(prepare(options), stopping.wanted(), [&](Exploration const& now) {
      if (options.worker) return tell(now, options);
      line.show(now, options);
    });
  }
  if (keeps) keep_traces(found, options);
  if (found.target.empty()) found.target = shell_words(options.target);
  tell(found, options);
  if (options.worker) return exit_finished;
  if (found.interrupted) return exit_interrupted;
  return found.endings.empty() ? exit_finished : exit_failed;
}

}  // namespace

void add_explore(CLI::App& app, int& answer) {
  auto options = std::make_shared<ExploreArguments>();
  CLI::App* command =
      app.add_subcommand("explore", "Run a program under many schedules and report how it can end badly");
  add_target(*command, options->target);
  command->add_option("--strategy", options->strategy, "How schedules are chosen")
      ->check(CLI::IsMember({"random", "pct", "dfs"}))
      ->capture_default_str();
  command->add_option("--runs", options->runs, "The largest number of schedules")
      ->type_name("N")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "The seed of the schedules (random, pct)")
      ->type_name("S")
      ->capture_default_str();
  command
      ->add_option("--preemptions", options->preemptions,
                   "Preemption bound of dfs: switches away from an actor that could continue")
      ->type_name("K")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command
      ->add_option("--depth", options->depth,
                   "Bug depth of pct: the number of ordering constraints that trigger the bug")
      ->type_name("D")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  command
      ->add_option("--kills", options->kills, "The number of processes that may be killed in a run, each at any step")
      ->type_name("K")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_option("--jobs", options->jobs, "How many runs at the same time")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
  command->add_option("--shard", options->shard, "Do only this part of the search; other machines do the rest")
      ->type_name("I/N");
  command->add_option("--merge", options->merge, "Merge the results of shards (--json)")->type_name("FILE.json");
  command->add_option("-o,--output", options->output, "A folder for the trace of each bad ending")->type_name("FOLDER");
  command->add_flag("--first", options->first, "Stop at the first bad ending");
  command->add_flag("--json", options->json, "Print JSON");
  command->add_flag("--worker", options->worker)->group("");
  command->footer(
      "Examples:\n"
      "  queuescope explore lost-update\n"
      "  queuescope explore lost-update --strategy pct --depth 2 --runs 5000 -o endings\n"
      "  queuescope explore one-item --strategy dfs --preemptions 2\n"
      "  queuescope explore sentinel --kills 1\n"
      "  queuescope explore ./mine --shard 0/4 --json > 0.json    and elsewhere 1/4, 2/4, 3/4; then\n"
      "  queuescope explore --merge 0.json --merge 1.json --merge 2.json --merge 3.json\n"
      "\nBetween two operations on queues and processes, actors run one at a time: races there are not explored.\n"
      "Exit codes: 0 no bad ending was found, 1 one was.");
  command->callback([options, &answer] {
    try {
      answer = explore(*options);
    } catch (ExploreError const& error) {
      if (!options->worker) throw;
      std::cout << nlohmann::ordered_json{{"error", error.what()}}.dump() << std::endl;
    }
  });
}

}  // namespace qs::cli
