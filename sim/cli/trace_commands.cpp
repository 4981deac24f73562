// The commands that read a trace file: stats, why, events.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/diagnosis/diagnosis.hpp"
#include "sim/model/stats.hpp"
#include "sim/model/world.hpp"
#include "sim/text/words.hpp"
#include "sim/trace/trace_file.hpp"

namespace qs::cli {

namespace {

struct TraceArguments {
  std::string file;
  std::optional<std::uint32_t> at, from, to;
  std::string actor, kind;
  bool json = false;
};

/// Also warns on stderr if the trace is incomplete.
Trace open_trace(std::string const& file) {
  must_exist(file);
  ProgressBar progress("reading");
  Trace trace = read_trace(file, [&progress](std::uint64_t bytes, std::uint64_t of) { progress.show(bytes, of); });
  if (!trace.complete) complain(fmt::format("{} is incomplete: its recording was cut off.", file));
  return trace;
}

/// no_step for a trace without events.
Step last_step(Trace const& trace) { return trace.size() == 0 ? no_step : trace.size() - 1; }

Step checked(Trace const& trace, std::optional<std::uint32_t> wanted, Step fallback) {
  if (!wanted) return fallback;
  if (trace.size() == 0) throw UsageError("the trace has no steps.");
  if (*wanted >= trace.size()) {
    throw UsageError(fmt::format("there is no step {}; the steps are 0 to {}.", *wanted, trace.size() - 1));
  }
  return *wanted;
}

ActorIndex actor_called(Trace const& trace, std::string const& name) {
  std::vector<std::string> names;
  for (std::size_t index = 0; index < trace.actors.size(); ++index) {
    names.push_back(trace.actors[index].name);
    if (names.back() == name) return static_cast<ActorIndex>(index);
  }
  throw UsageError(fmt::format("there is no process or thread '{}'.{}", name, did_you_mean(name, names)));
}

Kind kind_called(std::string const& name) {
  std::vector<std::string> names;
  for (std::size_t index = 0; index < mp::trace::kind_count; ++index) {
    names.emplace_back(mp::trace::table::kinds[index].name);
    if (names.back() == name) return static_cast<Kind>(index);
  }
  throw UsageError(fmt::format("there is no kind of event '{}'.{}", name, did_you_mean(name, names)));
}

int stats(TraceArguments const& options) {
  Trace const trace = open_trace(options.file);
  Stats const numbers = statistics(trace);
  options.json ? print_json(to_json(trace, numbers)) : print(to_text(trace, numbers));
  return exit_finished;
}

int why_blocked(TraceArguments const& options) {
  Trace const trace = open_trace(options.file);
  World const world = world_at(trace, checked(trace, options.at, last_step(trace)));
  if (!options.actor.empty()) {
    WaitChain const chain = why(trace, world, actor_called(trace, options.actor));
    options.json ? print_json(to_json(trace, chain)) : print(to_text(chain));
    return exit_finished;
  }
  Diagnosis const diagnosis = diagnose(trace, world);
  options.json ? print_json(to_json(trace, diagnosis)) : print(to_text(diagnosis));
  return exit_finished;
}

int events(TraceArguments const& options) {
  Trace const trace = open_trace(options.file);
  if (trace.size() == 0) return exit_finished;
  Step const first = checked(trace, options.from, 0);
  Step const last = checked(trace, options.to, last_step(trace));
  std::optional<ActorIndex> actor;
  std::optional<Kind> kind;
  if (!options.actor.empty()) actor = actor_called(trace, options.actor);
  if (!options.kind.empty()) kind = kind_called(options.kind);
  std::string text;
  for (std::uint64_t index = first; index <= last; ++index) {
    auto const step = static_cast<Step>(index);
    Event const& event = trace.at(step);
    if ((actor && event.actor != *actor) || (kind && event.kind != *kind)) continue;
    auto const where = place(trace, event.location);
    text += fmt::format("{:>8}  {:>12.6f} s  {}{}\n", step, static_cast<double>(event.time) / 1e9,
                        sentence(trace, step), where.empty() ? "" : fmt::format("  ({})", where));
    if (text.size() > 65536) print(std::exchange(text, {}));
  }
  print(text);
  return exit_finished;
}

CLI::App& add(CLI::App& app, char const* name, char const* meaning, std::shared_ptr<TraceArguments> const& options) {
  CLI::App* command = app.add_subcommand(name, meaning);
  command->add_option("file", options->file, "A trace")->type_name("FILE.qtrace")->required();
  return *command;
}

}  // namespace

void add_stats(CLI::App& app, int& answer) {
  auto options = std::make_shared<TraceArguments>();
  CLI::App& command = add(app, "stats", "Counts, rates, latencies and blocked time", options);
  command.add_flag("--json", options->json, "Print JSON");
  command.footer("Examples:\n  queuescope stats pool.qtrace\n  queuescope stats pool.qtrace --json");
  command.callback([options, &answer] { answer = stats(*options); });
}

void add_why(CLI::App& app, int& answer) {
  auto options = std::make_shared<TraceArguments>();
  CLI::App& command = add(app, "why", "Who is blocked, on what, and because of whom", options);
  command.add_option("--at", options->at, "At this step instead of the last one")->type_name("STEP");
  command.add_option("--actor", options->actor, "Only this process, thread or feeder")->type_name("NAME");
  command.add_flag("--json", options->json, "Print JSON");
  command.footer("Examples:\n  queuescope why hang.qtrace\n  queuescope why hang.qtrace --at 120 --actor main");
  command.callback([options, &answer] { answer = why_blocked(*options); });
}

void add_events(CLI::App& app, int& answer) {
  auto options = std::make_shared<TraceArguments>();
  CLI::App& command = add(app, "events", "Every event, as a sentence", options);
  command.add_option("--from", options->from, "The first step")->type_name("STEP");
  command.add_option("--to", options->to, "The last step")->type_name("STEP");
  command.add_option("--actor", options->actor, "Only events of this process, thread or feeder")->type_name("NAME");
  command.add_option("--kind", options->kind, "Only events of this kind, such as put_begin or blocked")
      ->type_name("KIND");
  command.footer(
      "Examples:\n  queuescope events pool.qtrace --kind blocked\n  queuescope events pool.qtrace --actor main --from "
      "100 --to 200");
  command.callback([options, &answer] { answer = events(*options); });
}

}  // namespace qs::cli
