// `step`: a person decides who goes next, in the terminal.
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

struct StepWords {
  TargetArguments target;
  std::string schedule;
  std::string output;
};

void tell_end(StepWords const& options, Trace const& trace, Stepper const& stepper, RunResult const& result) {
  std::string const story = account(trace);
  print("\n" + story.substr(0, std::min(story.find("\n\n"), story.size() - 1) + 1));
  if (result.facts.ending == "finished" || result.facts.ending == "failed") {
    History history(trace);
    Diagnosis const diagnosis = diagnose(trace, history.at(no_step - 1));
    if (!diagnosis.findings.empty()) print(to_text(diagnosis));
  }
  if (auto const doubt = stepper.doubt(); !doubt.empty()) print(doubt + "\n");
  print(fmt::format("To repeat it: queuescope run --schedule \"{}\" {}\n", to_text(stepper.schedule()),
                    shell_words(options.target)));
  if (options.output.empty()) return;
  write_trace(trace, options.output);
  print(fmt::format("The trace is in {0}. To watch it: queuescope view {0}\n", options.output));
}

/// One run of the program after another: going back is running again with fewer of the choices.
int step(StepWords const& options) try {
  RunOptions run = target_of(options.target);
  run.deadline.reset();  // a person decides how long it takes
  run.output_to_stderr = true;
  Schedule const given = parse_schedule(options.schedule);
  Colours const colours = colours_wanted() ? Colours::yes : Colours::no;
  StopOnSignal const stopping;
  LineInput input(STDIN_FILENO, stopping.wanted());
  print("Who goes next? A number, a name, Enter for the default; help lists the commands.\n");

  ScheduledRun beginning(given);
  std::size_t first = given.size();
  for (;;) {
    Trace trace;
    TraceBuilder builder(trace);
    auto const stepper = std::make_shared<Stepper>(input, trace, colours, std::move(beginning), first);
    run.scheduler = stepper;
    RunResult const result = run_program(run, {&builder}, stopping.wanted());
    if (!result.started()) throw UsageError(result.error + ".");
    bool const over = result.facts.ending == "finished" || result.facts.ending == "failed";
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
    tell_end(options, trace, *stepper, result);
    bool const left = result.facts.ending == "interrupted" && !stopping.wanted();  // by its person, on purpose
    return left ? exit_finished : exit_code_of(result.facts);
  }
} catch (ScheduleError const& error) {
  throw UsageError(fmt::format("{}.", error.what()));
} catch (TraceError const& error) {
  throw UsageError(fmt::format("{}.", error.what()));
}

}  // namespace

void add_step(CLI::App& app, int& answer) {
  auto options = std::make_shared<StepWords>();
  CLI::App* command = app.add_subcommand("step", "Run it step by step: you decide who goes next");
  add_target(*command, options->target);
  command->add_option("--schedule", options->schedule, "How it begins, before you are asked")
      ->type_name("main:4,consumer-1,time,...");
  command->add_option("-o,--output", options->output, "The trace file to write at the end")->type_name("FILE.qtrace");
  command->footer("Commands:\n" + step_help() +
                  "\nExamples:\n"
                  "  queuescope step sentinel --set items=2\n"
                  "  queuescope step consumer-pool --schedule main:9,consumer-1 -o pool.qtrace\n"
                  "  printf 'until consumer-1 blocked\\nwhy\\nrun\\n' | queuescope step sentinel-per-consumer\n"
                  "\nExit codes: 0 ended or left, 1 the program failed, 3 left in a deadlock, 130 Ctrl-C.");
  command->callback([options, &answer] { answer = step(*options); });
}

}  // namespace qs::cli
