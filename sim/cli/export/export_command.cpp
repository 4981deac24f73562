// The command that writes a trace in another tool's format, as a page, or as pictures for slides.
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <tuple>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/cli/export/page_export.hpp"
#include "sim/cli/look_options.hpp"
#include "sim/cli/stopping.hpp"
#include "sim/export/export.hpp"
#include "sim/text/words.hpp"

namespace qs::cli {

namespace {

struct ExportWords {
  std::string file, format, output, from, to, site, size;
  SlideOptions slides;
};

struct Interrupted {};

/// What only the executable with a window can draw, by the name of the format and the end of a file's name.
std::optional<SlideFormat> slide_format(std::string_view name) {
  constexpr std::pair<std::string_view, SlideFormat> formats[] = {
      {"gif", SlideFormat::gif}, {"webm", SlideFormat::webm}, {"strip", SlideFormat::strip}, {"svg", SlideFormat::svg}};
  for (auto const& [word, format] : formats)
    if (name == word) return format;
  return std::nullopt;
}

constexpr char page_format[] = "html";

std::vector<std::string> all_formats() {
  std::vector<std::string> names = export_formats();
  for (char const* more : {page_format, "gif", "webm", "strip", "svg"}) names.emplace_back(more);
  return names;
}

/// The name of a format: what --format says, or else the end of the output's name.
std::string format_name(ExportWords const& words) {
  if (!words.format.empty()) return words.format;
  if (auto const format = format_of_file(words.output)) return export_formats()[static_cast<std::size_t>(*format)];
  std::string ending = std::filesystem::path(words.output).extension();
  if (!ending.empty()) ending.erase(0, 1);
  if (ending == "htm") ending = page_format;
  if (ending == "png") ending = "strip";
  if (ending == page_format || slide_format(ending)) return ending;
  throw UsageError(fmt::format("'{}' does not say which format it is to be; choose one with --format: {}.",
                               words.output, listing(all_formats(), 15)));
}

ExportFormat wanted_format(std::string const& name) {
  if (auto const format = format_called(name)) return *format;
  throw UsageError(fmt::format("there is no format '{}'.{} The formats are {}.", name,
                               did_you_mean(name, all_formats()), listing(all_formats(), 15)));
}

Moment wanted_moment(std::string const& text, char const* option) {
  if (text.empty()) return {};
  if (auto const moment = moment_of(text)) return *moment;
  throw UsageError(
      fmt::format("'{}' is neither a step nor a time; {} takes a step, such as 120, or a time, such as "
                  "1.5s, 200ms or 30us.",
                  text, option));
}

int export_slides(Windows const& windows, ExportWords const& words, SlideFormat format) {
  SlideOptions options = words.slides;
  options.file = words.file;
  options.output = words.output;
  options.format = format;
  must_exist(options.file);
  for (auto const& [text, option, step] :
       {std::tuple(&words.from, "--from", &options.from), std::tuple(&words.to, "--to", &options.to)}) {
    Moment const moment = wanted_moment(*text, option);
    if (moment.time) throw UsageError(fmt::format("slides are of steps, not of times; give {} a step.", option));
    if (moment.step) *step = *moment.step;
  }
  if (options.from > options.to)
    throw UsageError(fmt::format("--from {} is after --to {}; swap them.", words.from, words.to));
  if (!words.size.empty()) read_size(words.size, options.width, options.height);
  if (windows.slides) return windows.slides(options);
  complain("this executable cannot draw; use the queuescope that has a window.");
  return exit_failed;
}

int export_file(ExportWords const& words) {
  ExportOptions options{.trace = words.file,
                        .output = words.output,
                        .format = wanted_format(format_name(words)),
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

int export_anything(Windows const& windows, ExportWords const& words) {
  try {
    if (!words.site.empty()) return export_site(words.site);
    if (words.file.empty() || words.output.empty())
      throw UsageError("name a trace and, with -o, the file to write; or a folder with --site.");
    std::string const format = format_name(words);
    if (auto const slides = slide_format(format)) return export_slides(windows, words, *slides);
    if (format != page_format) return export_file(words);
    if (!words.from.empty() || !words.to.empty())
      throw UsageError("a page contains the whole run; leave --from and --to away.");
    return export_page(words.file, words.output);
  } catch (ExportError const& error) {
    throw UsageError(error.what());
  }
}

}  // namespace

void add_export(CLI::App& app, Windows const& windows, int& answer) {
  auto words = std::make_shared<ExportWords>();
  CLI::App* command = app.add_subcommand("export", "A trace as a page, as pictures, or in the format of another tool");
  command->add_option("file", words->file, "A trace; for a page also a lesson")->type_name("FILE.qtrace|LESSON");
  command->add_option("-o,--output", words->output, "The file to write; - for standard output")->type_name("OUT");
  command
      ->add_option("--site", words->site, "Write a page of each scenario and lesson, and a front page, to this folder")
      ->type_name("DIR");
  command->add_option("--format", words->format, "Without it, by the end of OUT's name")
      ->type_name("html|gif|webm|strip|svg|perfetto|chrome|firefox|ctf|csv|json|mermaid");
  command->add_option("--from", words->from, "The first step, or a time since the run began, such as 1.5s or 200ms")
      ->type_name("STEP|TIME");
  command->add_option("--to", words->to, "The last step or time")->type_name("STEP|TIME");
  command->add_option("--size", words->size, "Of pictures, in pixels; 1280x720 by default")->type_name("WIDTHxHEIGHT");
  command->add_option("--seconds", words->slides.seconds, "For which gif and webm show a step; 1 by default")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.02, 60.0));
  add_look(*command, words->slides.theme, words->slides.font_scale);
  command->footer(
      "Formats, what OUT ends with, and what reads them:\n"
      "  html      .html         any browser, without a network: the run, or the lesson, step by step\n"
      "  gif       .gif          slides and pages: the steps as an animation, with captions\n"
      "  webm      .webm         the same as a film; needs ffmpeg\n"
      "  strip     .png          slides and print: the steps below one another, with captions\n"
      "  svg       .svg          slides and print: the stage at step --to, in any size\n"
      "  perfetto  .pftrace      ui.perfetto.dev, trace_processor\n"
      "  chrome    .trace.json   chrome://tracing, ui.perfetto.dev, speedscope\n"
      "  firefox   .profile.json profiler.firefox.com\n"
      "  ctf       .ctf          babeltrace2, Trace Compass (OUT is a folder)\n"
      "  csv       .csv          spreadsheets, pandas, DuckDB; a line for each event\n"
      "  json      .jsonl        jq; a JSON object on a line for each event\n"
      "  mermaid   .mmd          a sequence diagram for a README: choose a short range\n"
      "Examples:\n"
      "  queuescope export pool.qtrace -o pool.html\n"
      "  queuescope export sentinel -o lesson.html\n"
      "  queuescope export --site course\n"
      "  queuescope export pool.qtrace -o pool.gif --from 100 --to 130 --seconds 0.5\n"
      "  queuescope export pool.qtrace -o pool.svg --to 120 --theme light\n"
      "  queuescope export pool.qtrace -o pool.pftrace\n"
      "  queuescope export pool.qtrace -o pool.json --format chrome --from 200ms --to 1.5s\n"
      "  queuescope export pool.qtrace -o - --format json | jq 'select(.kind == \"blocked\").sentence'\n"
      "  queuescope export pool.qtrace -o pool.mmd --from 100 --to 160");
  command->callback([words, &windows, &answer] { answer = export_anything(windows, *words); });
}

}  // namespace qs::cli
