// lesson: the window on a lesson, and what a lecturer does with lessons in the terminal.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/lesson/lesson_run.hpp"
#include "sim/lesson/progress.hpp"
#include "sim/text/words.hpp"
#include "sim/trace/trace_file.hpp"

namespace qs::cli {

namespace {

namespace fs = std::filesystem;

struct LessonWords {
  std::string name, output;
  std::vector<std::string> names;
};

std::size_t questions_of(Lesson const& lesson) {
  std::size_t count = 0;
  for (auto const& step : lesson.steps)
    if (!step.ask.empty()) ++count;
  return count;
}

int list_lessons() {
  LearnerProgress const progress = load_progress(progress_path());
  for (Lesson const& lesson : bundled_lessons()) {
    std::string done;
    if (auto const found = progress.find(lesson.name); found != progress.end())
      done = found->second.finished() ? "  (done)" : fmt::format("  (step {})", found->second.step + 1);
    print(fmt::format("{:<12} {:<52} {:>2} min{}\n             {}\n", lesson.name, lesson.title, lesson.minutes, done,
                      lesson.teaches));
  }
  print("\nqueuescope lesson NAME opens one in the window; queuescope lesson notes NAME is for the instructor.\n");
  return exit_finished;
}

std::vector<Lesson> lessons_called(std::vector<std::string> const& names) {
  if (names.empty()) return bundled_lessons();
  std::vector<Lesson> lessons;
  for (std::string const& name : names) lessons.push_back(find_lesson(name));
  return lessons;
}

int check_lessons(std::vector<std::string> const& names) {
  std::size_t wrong = 0;
  for (Lesson const& lesson : lessons_called(names)) {
    auto const problems = check_lesson(lesson);
    for (std::string const& problem : problems) print(problem + "\n");
    wrong += problems.size();
    if (problems.empty())
      print(fmt::format("{}: {}, {} and {} agree with the run.\n", lesson.name, count(lesson.steps.size(), "step"),
                        count(questions_of(lesson), "question"), count(lesson.tasks.size(), "task")));
  }
  if (wrong > 0) complain(count(wrong, "contradiction") + " between the lessons and their runs");
  return wrong == 0 ? exit_finished : exit_failed;
}

int new_lesson(LessonWords const& words) {
  must_exist(words.name);
  fs::path const output =
      words.output.empty() ? fs::path(words.name).replace_extension(".toml") : fs::path(words.output);
  if (fs::exists(output))
    throw UsageError(fmt::format("'{}' exists already; name another file with -o.", output.string()));
  Trace const trace = read_trace(words.name);
  std::error_code error;
  fs::path const beside = fs::relative(words.name, output.parent_path().empty() ? "." : output.parent_path(), error);
  std::ofstream file(output);
  file << lesson_skeleton(trace, error ? fs::absolute(words.name) : beside);
  if (!file.flush()) throw UsageError(fmt::format("cannot write '{}'.", output.string()));
  print(fmt::format("A lesson in {0}. Edit it, then: queuescope lesson check {0}; queuescope lesson {0}\n",
                    output.string()));
  return exit_finished;
}

int open_lesson(Windows const& windows, LessonWords const& words, ViewOptions view) {
  view.lesson = words.name;
  if (!words.name.empty()) find_lesson(words.name);  // says what is wrong before a window opens
  if (windows.open) return windows.open(view);
  complain("this executable has no window; queuescope lesson list, check and notes work in the terminal");
  return exit_failed;
}

}  // namespace

void add_lesson(CLI::App& app, std::shared_ptr<ViewOptions> const& view, Windows const& windows, int& answer) {
  auto words = std::make_shared<LessonWords>();
  CLI::App* command = app.add_subcommand("lesson", "Learn in the window, or check and make lessons");
  command->require_subcommand(0, 1);
  command->add_option("name", words->name, "A lesson, or a file that ends in .toml");
  command->footer(
      "Examples:\n"
      "  queuescope lesson                         the window, on the list of lessons\n"
      "  queuescope lesson sentinel                the window, on this one\n"
      "  queuescope lesson list                    all lessons, and how far you are\n"
      "  queuescope lesson notes sentinel          for the instructor: notes and the answer key\n"
      "  queuescope lesson new mine.qtrace         a lesson made of a recorded run, to be edited\n"
      "  queuescope lesson check mine.toml         runs it, and finds where it contradicts the run");
  CLI::App* list = command->add_subcommand("list", "All lessons, and how far you are");
  list->callback([&answer] { answer = list_lessons(); });

  CLI::App* check =
      command->add_subcommand("check", "Hold lessons against their runs; all bundled ones without a name");
  check->add_option("lesson", words->names, "Lessons, or files that end in .toml");
  check->footer("Examples:\n  queuescope lesson check\n  queuescope lesson check mine.toml");
  check->callback([words, &answer] { answer = check_lessons(words->names); });

  CLI::App* notes = command->add_subcommand("notes", "For the instructor: notes, right answers and solutions");
  notes->add_option("lesson", words->name, "A lesson, or a file that ends in .toml")->required();
  notes->footer("Examples:\n  queuescope lesson notes sentinel\n  queuescope lesson notes mine.toml > mine.md");
  notes->callback([words, &answer] {
    print(lesson_notes(find_lesson(words->name)));
    answer = exit_finished;
  });

  CLI::App* fresh = command->add_subcommand("new", "Make a lesson of a recorded run");
  fresh->add_option("trace", words->name, "A trace")->type_name("FILE.qtrace")->required();
  fresh->add_option("-o,--output", words->output, "The lesson to write; without it, beside the trace")
      ->type_name("FILE.toml");
  fresh->footer("Examples:\n  queuescope record -o mine.qtrace -- ./mine\n  queuescope lesson new mine.qtrace");
  fresh->callback([words, &answer] { answer = new_lesson(*words); });

  command->callback([command, words, view, &windows, &answer] {
    if (command->get_subcommands().empty()) answer = open_lesson(windows, *words, *view);
  });
  add_window_options(*command, *view);
}

}  // namespace qs::cli
