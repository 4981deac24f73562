// `step`: the user decides in the terminal who goes next.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/cli/step/line_input.hpp"
#include "sim/cli/step/stepper.hpp"
#include "sim/cli/stopping.hpp"
#include "sim/cli/target.hpp"
#include "sim/control/scheduler.hpp"
#include "sim/diagnosis/diagnosis.hpp"
#include "sim/report/run_report.hpp"
#include "sim/text/words.hpp"
#include "sim/trace/trace_file.hpp"

namespace qs::cli {

namespace {

struct StepArguments {
  TargetArguments target;
  std::string schedule;
  std::string output;
};

void report_end(StepArguments const& options, Trace const& trace, Stepper const& stepper, RunResult const& result) {
  std::string const story = run_report(trace);
  print("\n" + story.substr(0, std::min(story.find("\n\n"), story.size() - 1) + 1));
  if (result.facts.ended_by_itself()) {
    History history(trace);
    Diagnosis const diagnosis = diagnose(trace, history.at(no_step - 1));
    if (!diagnosis.findings.empty()) print(to_text(diagnosis));
  }
  if (auto const why_not_repeatable = stepper.why_not_repeatable(); !why_not_repeatable.empty())
    print(why_not_repeatable + "\n");
  print(fmt::format("To repeat it: queuescope run --schedule \"{}\" {}\n", to_text(stepper.schedule()),
                    shell_words(options.target)));
  if (options.output.empty()) return;
  write_trace(trace, options.output);
  print(fmt::format("The trace is in {0}. To watch it: queuescope view {0}\n", options.output));
}

/// Going back runs the program again with fewer of the choices.
int step(StepArguments const& options) try {
  RunOptions run = target_of(options.target);
  run.deadline.reset();  // the user decides how long it takes
  run.output_to_stderr = true;
  Schedule const given = parse_schedule(options.schedule);
  Colours const colours = colours_wanted() ? Colours::yes : Colours::no;
  StopOnSignal const stopping;
  LineInput input(STDIN_FILENO, stopping.wanted());
  print("Who goes next? Type a number or a name, or press Enter for the default; help lists the commands.\n");

  ScheduledRun beginning(given);
  std::size_t first = given.size();
  for (;;) {
    Trace trace;
    TraceBuilder builder(trace);
    auto const stepper = std::make_shared<Stepper>(input, trace, colours, std::move(beginning), first);
    run.scheduler = stepper;
    RunResult const result = run_program(run, {&builder}, stopping.wanted());
    if (!result.started()) throw UsageError(result.error + ".");
    bool const over = result.facts.ended_by_itself();
    if (over && !stepper->back_to()) stepper->ask_at_end();
    if (auto const back = stepper->back_to()) {
      first = *back;
      Trace shorter;
      shorter.actors = trace.actors;
      shorter.decisions.assign(trace.decisions.begin(), trace.decisions.begin() + static_cast<std::ptrdiff_t>(first));
      beginning = ScheduledRun(shorter);
      print(fmt::format("  Back to step {}: the program runs again.\n", first));
      continue;
    }
    report_end(options, trace, *stepper, result);
    bool const left = result.facts.ending == RunEnding::interrupted && !stopping.wanted();  // quit by the user
    return left ? exit_finished : exit_code_of(result.facts);
  }
} catch (ScheduleError const& error) {
  throw UsageError(fmt::format("{}.", error.what()));
} catch (TraceError const& error) {
  throw UsageError(fmt::format("{}.", error.what()));
}

}  // namespace

void add_step(CLI::App& app, int& answer) {
  auto options = std::make_shared<StepArguments>();
  CLI::App* command = app.add_subcommand("step", "Run a scenario or a program step by step: you decide who goes next");
  add_target(*command, options->target);
  command->add_option("--schedule", options->schedule, "The steps before you are asked")
      ->type_name("main:4,consumer-1,time,...");
  command->add_option("-o,--output", options->output, "The trace file to write at the end")->type_name("FILE.qtrace");
  command->footer("Commands:\n" + step_help() +
                  "\nExamples:\n"
                  "  queuescope step sentinel --set items=2\n"
                  "  queuescope step consumer-pool --schedule main:9,consumer-1 -o pool.qtrace\n"
                  "  printf 'until consumer-1 blocked\\nwhy\\nrun\\n' | queuescope step sentinel-per-consumer\n"
                  "\nExit codes: 0 the program ended or you quit, 1 it failed, 3 you quit in a deadlock, 130 Ctrl-C.");
  command->callback([options, &answer] { answer = step(*options); });
}

}  // namespace qs::cli
