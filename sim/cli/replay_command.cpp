// `replay`: runs a recorded schedule again, choice by choice, and compares the two runs.
#include <fmt/format.h>

#include <memory>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/cli/stopping.hpp"
#include "sim/cli/target.hpp"
#include "sim/control/scheduler.hpp"
#include "sim/text/words.hpp"
#include "sim/trace/trace_file.hpp"

namespace qs::cli {

namespace {

struct ReplayArguments {
  std::string file;
  TargetArguments target;
  std::string output;
  std::uint64_t times = 1;
  bool quiet = false;
};

Trace recorded_in(std::string const& file) try {
  Trace trace = read_trace(file);
  if (trace.decisions.empty()) {
    throw UsageError(
        fmt::format("{} has no schedule: its program ran freely. `queuescope run NAME --schedule \"\" -o FILE` "
                    "records a run that can be replayed.",
                    file));
  }
  return trace;
} catch (TraceError const& error) {
  throw UsageError(fmt::format("{}.", error.what()));
}

int replay(ReplayArguments const& options) {
  Trace const recorded = recorded_in(options.file);
  Trace replayed;
  StopOnSignal const stopping;
  for (std::uint64_t round = 0; round < options.times; ++round) {
    RunOptions run = run_again(recorded.run, options.target);
    auto const scheduler = std::make_shared<ScheduledRun>(recorded);
    run.scheduler = scheduler;
    run.output_to_stderr = true;
    replayed = Trace{};
    TraceBuilder builder(replayed);
    RunResult const result = run_program(run, {&builder}, stopping.wanted());
    if (!result.started()) throw UsageError(result.error + ".");
    std::string const at = options.times > 1 ? fmt::format(" (replay {} of {})", round + 1, options.times) : "";
    std::string difference = scheduler->error();
    if (difference.empty()) difference = first_difference(recorded, replayed);
    if (!difference.empty()) {
      complain(fmt::format("the replay is not the same run{}: {}.", at, difference));
      return exit_failed;
    }
    if (result.facts.ending == RunEnding::interrupted) return exit_interrupted;
  }
  if (!options.output.empty()) write_trace(replayed, options.output);
  if (!options.quiet) {
    print(fmt::format("{}: {}, {}, the same as recorded.\n",
                      options.times > 1 ? fmt::format("{} replays", options.times) : "1 replay",
                      count(recorded.decisions.size(), "step"), count(recorded.size(), "event")));
  }
  return exit_finished;
}

}  // namespace

void add_replay(CLI::App& app, int& answer) {
  auto options = std::make_shared<ReplayArguments>();
  CLI::App* command = app.add_subcommand("replay", "Run a recorded schedule again and check that the run is the same");
  command->add_option("file", options->file, "A trace of a controlled run")->type_name("FILE.qtrace")->required();
  add_words(*command, options->target, "program", "The program, if the trace is not of a bundled scenario");
  command->add_option("-o,--output", options->output, "Where to write the new trace")->type_name("FILE.qtrace");
  command->add_option("--times", options->times, "How many times")->type_name("N")->check(CLI::Range(1, 1'000'000));
  command->add_flag("--quiet", options->quiet, "Print only differences");
  command->footer(
      "Examples:\n"
      "  queuescope run consumer-pool --schedule main:9,consumer-1 -o pool.qtrace\n"
      "  queuescope replay pool.qtrace --times 100\n"
      "\nExit code 1: the run was different. Then the program depends on something that no schedule controls:\n"
      "the clock, a random number, a file, another program.");
  command->callback([options, &answer] { answer = replay(*options); });
}

}  // namespace qs::cli
