// `run` reports what a program did; `record` only writes the trace file.
#include "sim/run/run.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/cli/python_program.hpp"
#include "sim/cli/stopping.hpp"
#include "sim/cli/target.hpp"
#include "sim/control/basic_schedulers.hpp"
#include "sim/diagnosis/diagnosis.hpp"
#include "sim/model/stats.hpp"
#include "sim/model/world.hpp"
#include "sim/report/run_report.hpp"
#include "sim/text/words.hpp"
#include "sim/trace/trace_file.hpp"

namespace qs::cli {

namespace {

std::string page_beside(std::filesystem::path trace) { return trace.replace_extension("html").string(); }

namespace fs = std::filesystem;

struct RunArguments {
  TargetArguments target;
  std::string output;
  std::optional<std::string> deadline;
  bool quiet = false;
  bool json = false;
  bool lossless = false;
  bool no_values = false;
  std::optional<std::string> schedule;
  std::optional<std::uint64_t> random;  ///< the seed
  std::optional<double> pace;           ///< ms
};

std::shared_ptr<ScheduledRun> scheduled(std::string const& text) {
  try {
    return std::make_shared<ScheduledRun>(parse_schedule(text));
  } catch (ScheduleError const& error) {
    throw UsageError(fmt::format("{}.", error.what()));
  }
}

/// Who decides who goes next; null: the program runs freely.
std::shared_ptr<Scheduler> scheduler_of(RunArguments const& options) {
  std::shared_ptr<Scheduler> scheduler;
  if (options.schedule) scheduler = scheduled(*options.schedule);
  if (options.random) scheduler = std::make_shared<RandomRun>(*options.random);
  if (!options.pace) return scheduler;
  if (!scheduler) scheduler = std::make_shared<FairRun>();
  return std::make_shared<PacedRun>(scheduler, std::chrono::milliseconds(static_cast<std::int64_t>(*options.pace)));
}

/// Prints each event as it happens. Must come after the builder of `trace` in the list of sinks.
class EventPrinter final : public Sink {
 public:
  explicit EventPrinter(Trace const& trace) : trace_(trace) {}
  void event(Event const&, std::string_view) override {
    print(fmt::format("{:>6}  {}\n", trace_.size(), sentence(trace_, trace_.size() - 1)));
  }

 private:
  Trace const& trace_;
};

RunOptions prepare(RunArguments const& options) {
  RunOptions run = target_of(options.target);
  run.lossless = options.lossless;
  if (options.no_values) setenv("QUEUESCOPE_VALUES", "none", 1);  // inherited by the program
  run.output_to_stderr = options.json;
  run.scheduler = scheduler_of(options);
  if (options.deadline) run.deadline = positive_time("--deadline", *options.deadline);
  return run;
}

/// Called before anything runs, so that no run is lost because its trace cannot be written.
std::unique_ptr<TraceWriter> open_file(std::string const& path) {
  if (path.empty()) return nullptr;
  try {
    return std::make_unique<TraceWriter>(path);
  } catch (TraceError const& error) {
    throw UsageError(error.what());
  }
}

bool was_stopped(RunResult const& result) { return result.facts.was_stopped(); }

void warn(RunResult const& result, TraceWriter const* file) {
  if (result.events == 0) complain(why_nothing_recorded(result.facts));
  if (result.lost > 0) {
    complain(
        fmt::format("{} were not recorded, because the program was faster than the recorder; with --lossless it "
                    "waits for the recorder instead.",
                    count(result.lost, "event")));
  }
  if (result.refused > 0) {
    complain(fmt::format("{} were not recorded, because there is room for only {}.",
                         count(result.refused, "process or thread", "processes or threads"), RunOptions{}.most_actors));
  }
  if (file != nullptr && !file->error().empty()) complain(file->error());
}

/// A trace that could not be written is a failure of the tool, however the program ended.
int run_exit_code(RunResult const& result, TraceWriter const* file) {
  int const code = qs::cli::exit_code_of(result.facts);
  bool const cut = file != nullptr && !file->error().empty();
  return cut && code == exit_finished ? exit_failed : code;
}

Diagnosis diagnosis_of(Trace const& trace) { return diagnose(trace, last_world(trace)); }

/// A long recording that ended well is not read again at its end: `why` diagnoses it when somebody asks.
constexpr std::uint64_t most_events_read_again = 200'000;

bool diagnosed_at_once(RunResult const& result) {
  return result.events <= most_events_read_again || result.facts.ending != RunEnding::finished;
}

/// Reports, once, that no one can take a step. The program is kept so that it can be examined.
std::function<void()> report_when_stuck(std::function<Trace const*()> trace_so_far, bool ends_by_itself) {
  return [trace_so_far = std::move(trace_so_far), ends_by_itself, told = false]() mutable {
    Trace const* const trace = told ? nullptr : trace_so_far();
    if (trace == nullptr) return;
    Diagnosis const diagnosis = diagnosis_of(*trace);
    if (!diagnosis.stuck) return;
    told = true;
    complain(fmt::format("no one can take a step: {} The program is kept as it is; {}", diagnosis.headline,
                         ends_by_itself ? "it will be stopped and diagnosed at its deadline or by Ctrl-C."
                                        : "press Ctrl-C to stop and diagnose it."));
  };
}

nlohmann::ordered_json to_json(RunResult const& result, std::string const& file) {
  RunFacts const& facts = result.facts;
  return {{"title", facts.title},
          {"scenario", facts.scenario},
          {"command", facts.command},
          {"parameters", facts.parameters},
          {"host", facts.host},
          {"started", facts.started},
          {"ending", name(facts.ending)},
          {"exit_code", facts.exit_code},
          {"events", result.events},
          {"lost", result.lost},
          {"forced", result.forced},
          {"refused", result.refused},
          {"trace", file}};
}

void tell(RunArguments const& options, Trace const& trace, RunResult const& result, std::string const& file) {
  Diagnosis const diagnosis = diagnosis_of(trace);
  bool const diagnosis_matters = was_stopped(result) || diagnosis.stuck || !diagnosis.findings.empty();
  if (options.json) {
    nlohmann::ordered_json answer{{"run", to_json(result, file)}, {"stats", qs::to_json(trace, statistics(trace))}};
    if (options.random) answer["run"]["random"] = *options.random;
    if (!trace.decisions.empty()) answer["run"]["schedule"] = to_text(schedule_of(trace));
    if (diagnosis_matters) answer["diagnosis"] = qs::to_json(trace, diagnosis);
    return print_json(answer);
  }
  if (!options.quiet) print(run_report(trace, colours_wanted() ? Colours::yes : Colours::no));
  if (diagnosis_matters) print((options.quiet ? "" : "\n") + to_text(diagnosis));
  if (!options.quiet && options.random) {
    print(fmt::format("\nA random schedule of {}, seed {}. To repeat it: --random {}\n",
                      count(trace.decisions.size(), "step"), *options.random, *options.random));
  }
  if (!options.quiet && !file.empty()) {
    print(
        fmt::format("\nThe trace is in {0}. To watch it: queuescope view {0}\n"
                    "As a page for any browser: queuescope export {0} -o {1}\n",
                    file, page_beside(file)));
  }
}

/// Runs the program; removes the trace file if it could not be started.
RunResult run_into(RunOptions const& run, std::vector<Sink*> sinks, TraceWriter* file) {
  if (file != nullptr) sinks.push_back(file);
  StopOnSignal const stopping;
  RunResult result = run_program(run, sinks, stopping.wanted());
  if (!result.started()) {
    std::error_code error;
    if (file != nullptr) fs::remove(file->path(), error);
    throw UsageError(result.error + ".");
  }
  warn(result, file);
  return result;
}

int run(RunArguments const& options) {
  RunOptions run = prepare(options);
  auto const file = open_file(options.output);
  Trace trace;
  TraceBuilder builder(trace);
  EventPrinter printer(trace);
  run.when_quiet = report_when_stuck([&trace] { return &trace; }, run.deadline.has_value());
  std::vector<Sink*> sinks{&builder};
  if (options.pace && !options.json && !options.quiet) sinks.push_back(&printer);
  RunResult const result = run_into(run, sinks, file.get());
  if (sinks.size() > 1) print("\n");
  tell(options, trace, result, file ? file->path().string() : "");
  return run_exit_code(result, file.get());
}

std::string title_of(RunOptions const& run) {
  return run.title.empty() ? fs::path(run.command.front()).filename().string() : run.title;
}

int record(RunArguments options) {
  RunOptions run = prepare(options);
  if (options.output.empty()) options.output = title_of(run) + ".qtrace";
  auto const file = open_file(options.output);
  Trace so_far;
  run.when_quiet = report_when_stuck(
      [&]() -> Trace const* {
        try {
          so_far = read_trace(file->path());
          return &so_far;
        } catch (TraceError const&) {
          return nullptr;
        }
      },
      run.deadline.has_value());
  RunResult const result = run_into(run, {}, file.get());
  bool const readable = file->error().empty();
  std::string const place = file->path().string();  // differs from options.output when the file is incomplete
  bool const diagnosed = readable && diagnosed_at_once(result);
  Trace const trace = diagnosed ? read_trace(options.output) : Trace();
  Diagnosis const diagnosis = diagnosed ? diagnosis_of(trace) : Diagnosis();
  bool const matters = diagnosed && (was_stopped(result) || diagnosis.stuck || !diagnosis.findings.empty());
  if (options.json) {
    auto answer = to_json(result, place);
    if (matters) answer["diagnosis"] = qs::to_json(trace, diagnosis);
    if (readable && !diagnosed) answer["diagnosed"] = false;
    print_json(answer);
  } else if (!options.quiet) {
    std::string const events = file->events() == result.events
                                   ? count(result.events, "event")
                                   : fmt::format("{} of {}", number(file->events()), count(result.events, "event"));
    print(
        fmt::format("Recorded {0} in {1}. To watch it: queuescope view {1}\n"
                    "As a page for any browser: queuescope export {1} -o {2}\n",
                    events, place, page_beside(place)));
    if (readable && !diagnosed)
      print(fmt::format("It is long and ended well. To have it diagnosed: queuescope why {}\n", place));
  }
  bool const hung = was_stopped(result) || diagnosis.stuck;
  if (matters && !options.json && (!options.quiet || hung)) print(to_text(diagnosis));
  return run_exit_code(result, file.get());
}

void add_common(CLI::App& command, RunArguments& options) {
  command.add_option("-o,--output", options.output, "The trace file to write")->type_name("FILE.qtrace");
  command
      .add_option("--deadline", options.deadline,
                  "Stop the run after this time and diagnose it: seconds, or 500ms, 1min")
      ->type_name("TIME");
  command.add_flag("--quiet", options.quiet, "Print only what went wrong");
  command.add_flag("--json", options.json, "Print JSON; the program's own output goes to stderr");
  command.add_flag("--no-values", options.no_values, "Leave the items' values out of the trace (Python programs)");
  command.add_flag("--lossless", options.lossless, "Slow the program down rather than lose events");
}

}  // namespace

void add_run(CLI::App& app, int& answer) {
  auto options = std::make_shared<RunArguments>();
  CLI::App* command = app.add_subcommand("run", "Run a scenario or a program and report what happened");
  add_target(*command, options->target);
  command->add_option("--schedule", options->schedule, "The order of steps; after its end, whoever went last continues")
      ->type_name("main:4,consumer-1,time,...");
  command->add_option("--random", options->random, "A random order of steps; the same seed gives the same order")
      ->type_name("SEED")
      ->excludes("--schedule");
  command->add_option("--pace", options->pace, "Slow motion: one step every MS milliseconds, printed as it happens")
      ->type_name("MS")
      ->check(CLI::Range(0, 3'600'000));
  add_common(*command, *options);
  command->footer(
      "Examples:\n"
      "  queuescope run consumer-pool --set consumers=5 -o pool.qtrace\n"
      "  queuescope run join-before-drain --json\n"
      "  queuescope run lost-update --random 7\n"
      "  queuescope run sentinel --pace 200\n"
      "  queuescope run --deadline 10 ./mine -- --an-option-of-mine\n"
      "  queuescope run --deadline 10 program.py\n"
      "\nPut a program's own options after --.");
  command->callback([options, &answer] { answer = run(*options); });
}

void add_record(CLI::App& app, int& answer) {
  auto options = std::make_shared<RunArguments>();
  CLI::App* command =
      app.add_subcommand("record", "Record any program that uses the library, or multiprocessing of Python");
  add_words(*command, options->target, "program", "The program and its arguments");
  add_common(*command, *options);
  command->footer(
      "Examples:\n"
      "  queuescope record -- ./mine --an-option-of-mine\n"
      "  queuescope record -o mine.qtrace --deadline 60 -- ./mine\n"
      "  queuescope record -- python3 -m my_package.main\n"
      "\nWithout -o the trace is PROGRAM.qtrace in this folder.");
  command->callback([options, &answer] { answer = record(*options); });
}

}  // namespace qs::cli
