#include "sim/cli/export/page_export.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <mp/detail/file_descriptor.hpp>
#include "sim/cli/console.hpp"
#include "sim/cli/stopping.hpp"
#include "sim/control/schedule.hpp"
#include "sim/explore/explore.hpp"
#include "sim/export/output_file.hpp"
#include "sim/export/page.hpp"
#include "sim/lesson/lesson_run.hpp"
#include "sim/run/scenario_run.hpp"
#include "sim/text/words.hpp"
#include "sim/trace/trace_file.hpp"

namespace qs::cli {

namespace {

namespace fs = std::filesystem;

void write_page(fs::path const& path, std::string const& text) {
  OutputFile file(path);
  file.write(text);
  file.close();
}

bool is_lesson(std::string const& what) {
  if (what.ends_with(".toml")) return true;
  std::error_code ignored;
  if (fs::exists(what, ignored)) return false;
  for (Lesson const& lesson : bundled_lessons())
    if (lesson.name == what) return true;
  return false;
}

/// Empty for a lesson, which ends the same way under every schedule; for a bug, one under which it shows.
Schedule telling_schedule(scenarios::Scenario const& scenario, RunOptions const& run) {
  if (!scenario.bug) return {};
  ExploreOptions options;
  options.run = run;
  options.search = Search::pct;
  options.depth = scenario.bug->depth;
  options.runs = 5000;
  options.first_only = true;
  std::atomic<bool> const never{false};
  Exploration const found = explore(options, never, [](Exploration const&) {});
  return found.endings.empty() ? Schedule{} : found.endings.front().schedule;
}

/// Under control, and so always the same run.
Trace scenario_trace(scenarios::Scenario const& scenario) {
  RunOptions options = scenario_run(scenario);
  mp::detail::FileDescriptor const nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  options.output = nowhere.number();
  options.scheduler = std::make_shared<ScheduledRun>(telling_schedule(scenario, options));
  Trace trace;
  TraceBuilder builder(trace);
  std::atomic<bool> const never{false};
  RunResult const result = run_program(options, {&builder}, never);
  if (!result.started()) throw std::runtime_error(result.error);
  return trace;
}

/// Makes the folder of a site, or takes an earlier one; anything else in it stays.
void make_folder(fs::path const& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error && fs::is_directory(folder)) return;
  throw OutputError(fmt::format("cannot make the folder '{}': {}; choose another one with --site", folder.string(),
                                error ? error.message() : "there is a file of that name"));
}

}  // namespace

int export_page(std::string const& what, std::string const& output) try {
  std::string const page = read_page_template();
  std::optional<LessonText> lesson;
  Trace trace;
  if (is_lesson(what)) {
    lesson = lesson_text(what);
    trace = lesson_trace(find_lesson(what));
  } else {
    must_exist(what);
    trace = read_trace(what);
  }
  if (!trace.complete) complain(fmt::format("{} has no proper end: its recording was cut off.", what));
  std::string const text = page_of(page, trace, lesson);
  write_page(output, text);
  if (output != "-")
    print(fmt::format("Exported {} to {} ({}). Open it in a browser.\n", count(trace.size(), "event"), output,
                      byte_count(text.size())));
  return exit_finished;
} catch (ReaderGone const&) {
  return exit_finished;
} catch (OutputError const& error) {
  complain(error.what());
  return exit_no_output;
}

int export_site(std::string const& folder) try {
  std::string const page = read_page_template();
  fs::path const site = folder;
  make_folder(site);
  auto const& scenarios = scenarios::all();
  auto const& lessons = bundled_lessons();
  StopOnSignal const stop;
  ProgressBar progress("exporting");
  std::uint64_t done = 0, bytes = 0;
  auto const one = [&](std::string const& name, Trace const& trace, std::optional<LessonText> const& lesson) {
    std::string const text = page_of(page, trace, lesson);
    write_page(site / (name + ".html"), text);
    write_trace(trace, site / (name + ".qtrace"));
    bytes += text.size();
    progress.show(++done, lessons.size() + scenarios.size());
    return !stop.wanted();
  };
  std::vector<std::pair<std::string, std::vector<SiteEntry>>> groups{{"Lessons", {}}};
  for (Lesson const& lesson : lessons) {
    std::string const name = "lesson-" + lesson.name;
    if (!one(name, lesson_trace(lesson), lesson_text(lesson.name))) return exit_interrupted;
    groups[0].second.push_back({name + ".html", lesson.title, lesson.teaches, name + ".qtrace"});
  }
  for (scenarios::Scenario const& scenario : scenarios) {
    std::string const& name = scenario.name;
    if (!one(name, scenario_trace(scenario), {})) return exit_interrupted;
    if (groups.back().first != scenario.group) groups.push_back({scenario.group, {}});
    groups.back().second.push_back({name + ".html", scenario.title, scenario.explanation, name + ".qtrace"});
  }
  // Last, so that a front page has all its pages.
  write_page(site / "index.html", site_front_page(groups));
  print(fmt::format("Exported {} and {} to {} ({}). Open {} in a browser.\n", count(lessons.size(), "lesson"),
                    count(scenarios.size(), "scenario"), folder, byte_count(bytes), (site / "index.html").string()));
  return exit_finished;
} catch (OutputError const& error) {
  complain(error.what());
  return exit_no_output;
} catch (TraceError const& error) {
  complain(error.what());
  return exit_no_output;
}

}  // namespace qs::cli
