// The command that writes a trace in another tool's format.
#include <fmt/format.h>

#include <memory>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/cli/stopping.hpp"
#include "sim/export/export.hpp"
#include "sim/text/words.hpp"

namespace qs::cli {

namespace {

struct ExportWords {
  std::string file, format, output, from, to;
};

struct Interrupted {};

ExportFormat wanted_format(ExportWords const& words) {
  if (!words.format.empty()) {
    if (auto const format = format_called(words.format)) return *format;
    throw UsageError(fmt::format("there is no format '{}'.{} The formats are {}.", words.format,
                                 did_you_mean(words.format, export_formats()), listing(export_formats(), 9)));
  }
  if (auto const format = format_of_file(words.output)) return *format;
  throw UsageError(fmt::format("'{}' does not say which format it is to be; choose one with --format: {}.",
                               words.output, listing(export_formats(), 9)));
}

Moment wanted_moment(std::string const& text, char const* option) {
  if (text.empty()) return {};
  if (auto const moment = moment_of(text)) return *moment;
  throw UsageError(
      fmt::format("'{}' is neither a step nor a time; {} takes a step, such as 120, or a time, such as "
                  "1.5s, 200ms or 30us.",
                  text, option));
}

int export_file(ExportWords const& words) {
  ExportOptions options{.trace = words.file,
                        .output = words.output,
                        .format = wanted_format(words),
                        .from = wanted_moment(words.from, "--from"),
                        .to = wanted_moment(words.to, "--to"),
                        .progress = {}};
  bool const backwards = (options.from.step && options.to.step && *options.from.step > *options.to.step) ||
                         (options.from.time && options.to.time && *options.from.time > *options.to.time);
  if (backwards) throw UsageError(fmt::format("--from {} is after --to {}; swap them.", words.from, words.to));
  must_exist(words.file);
  StopOnSignal const stop;
  ProgressBar progress("exporting");
  options.progress = [&](std::uint64_t bytes, std::uint64_t of) {
    if (stop.wanted()) throw Interrupted();
    progress.show(bytes, of);
  };
  try {
    ExportResult const result = export_trace(options);
    if (!result.complete) complain(fmt::format("{} has no proper end: its recording was cut off.", words.file));
    if (result.lost > 0) {
      complain(fmt::format("{} {} not recorded: what they would have changed is missing in the export.",
                           count(result.lost, "event"), result.lost == 1 ? "was" : "were"));
    }
    if (words.output != "-") {
      print(fmt::format("Exported {} to {} ({}).\n", count(result.events, "event"), words.output,
                        byte_count(result.bytes)));
    }
    return exit_finished;
  } catch (Interrupted const&) {
    complain(fmt::format("interrupted; {} was not written", words.output));
    return exit_interrupted;
  } catch (ReaderGone const&) {
    return exit_finished;
  } catch (ExportError const& error) {
    throw UsageError(error.what());
  } catch (OutputError const& error) {
    complain(error.what());
    return exit_no_output;
  }
}

}  // namespace

void add_export(CLI::App& app, int& answer) {
  auto words = std::make_shared<ExportWords>();
  CLI::App* command = app.add_subcommand("export", "A trace in the format of another tool");
  command->add_option("file", words->file, "A trace")->type_name("FILE.qtrace")->required();
  command->add_option("-o,--output", words->output, "The file to write; - for standard output")
      ->type_name("OUT")
      ->required();
  command->add_option("--format", words->format, "Without it, by the end of OUT's name")
      ->type_name("perfetto|chrome|firefox|ctf|csv|json|mermaid");
  command->add_option("--from", words->from, "The first step, or a time since the run began, such as 1.5s or 200ms")
      ->type_name("STEP|TIME");
  command->add_option("--to", words->to, "The last step or time")->type_name("STEP|TIME");
  command->footer(
      "Formats, what OUT ends with, and what reads them:\n"
      "  perfetto  .pftrace      ui.perfetto.dev, trace_processor\n"
      "  chrome    .trace.json   chrome://tracing, ui.perfetto.dev, speedscope\n"
      "  firefox   .profile.json profiler.firefox.com\n"
      "  ctf       .ctf          babeltrace2, Trace Compass (OUT is a folder)\n"
      "  csv       .csv          spreadsheets, pandas, DuckDB; a line for each event\n"
      "  json      .jsonl        jq; a JSON object on a line for each event\n"
      "  mermaid   .mmd          a sequence diagram for a README: choose a short range\n"
      "Examples:\n"
      "  queuescope export pool.qtrace -o pool.pftrace\n"
      "  queuescope export pool.qtrace -o pool.json --format chrome --from 200ms --to 1.5s\n"
      "  queuescope export pool.qtrace -o - --format json | jq 'select(.kind == \"blocked\").sentence'\n"
      "  queuescope export pool.qtrace -o pool.mmd --from 100 --to 160");
  command->callback([words, &answer] { answer = export_file(*words); });
}

}  // namespace qs::cli
