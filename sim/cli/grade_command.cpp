// `grade`: whether a program does what an exercise asks, freely and under many schedules.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/cli/python_program.hpp"
#include "sim/cli/stopping.hpp"
#include "sim/cli/target.hpp"
#include "sim/grade/grade.hpp"
#include "sim/grade/grade_report.hpp"
#include "sim/text/words.hpp"
#include "sim/trace/trace_file.hpp"

namespace qs::cli {

namespace {

struct GradeWords {
  TargetArguments target;
  std::string tests, output, junit;
  std::optional<std::uint64_t> schedules, seed;
  bool json = false;
};

grade::Exercise exercise_of(GradeWords const& words) {
  grade::Exercise exercise;
  try {
    if (!words.tests.empty()) exercise = grade::read_exercise(words.tests);
  } catch (grade::ExerciseError const& error) {
    throw UsageError(fmt::format("{}.", error.what()));
  }
  if (words.schedules) exercise.schedules = *words.schedules;
  if (words.seed) exercise.seed = *words.seed;
  return exercise;
}

std::string folder_for(GradeWords const& words, RunOptions const& run) {
  if (!words.output.empty()) return words.output;
  std::string const title =
      run.title.empty() ? std::filesystem::path(run.command.front()).filename().string() : run.title;
  return title + ".grade";
}

/// Beside the file and then renamed, so that an autograder never reads half of it.
void write_whole(std::string const& file, std::string const& text) {
  std::string const partial = file + ".partial";
  std::ofstream out(partial, std::ios::binary);
  out << text;
  out.close();
  if (!out || std::rename(partial.c_str(), file.c_str()) != 0) {
    std::remove(partial.c_str());
    throw UsageError(fmt::format("cannot write '{}'; is there room, and may you write there?", file));
  }
}

int grade_program(GradeWords const& words) {
  auto const exercise = exercise_of(words);
  grade::GradeOptions options;
  options.run = target_of(words.target);
  options.program = all_words(words.target).front();
  options.free_only = !python_script(options.run.command).empty();
  options.folder = folder_for(words, options.run);
  StopOnSignal const stopping;
  bool const on_terminal = isatty(STDERR_FILENO) != 0 && !words.json;
  grade::Grade result;
  try {
    result = grade::grade(exercise, options, stopping.wanted(), [&](std::uint64_t tried) {
      if (on_terminal) fmt::print(stderr, "\r\x1b[K{} of {} schedules", number(tried), number(exercise.schedules));
    });
  } catch (ExploreError const& error) {
    throw UsageError(fmt::format("{}.", error.what()));
  } catch (std::exception const& error) {
    complain(fmt::format("no grade: {}", error.what()));
    return exit_no_grade;
  }
  if (on_terminal) fmt::print(stderr, "\r\x1b[K");
  words.json ? print_json(to_json(result)) : print(to_text(result));
  if (!words.junit.empty()) write_whole(words.junit, to_junit(result));
  if (result.interrupted) return exit_interrupted;
  return result.passed() ? exit_finished : exit_failed;
}

}  // namespace

void add_grade(CLI::App& app, int& answer) {
  auto words = std::make_shared<GradeWords>();
  CLI::App* command = app.add_subcommand("grade", "Whether a program does what an exercise asks");
  add_target(*command, words->target);
  command->add_option("--tests", words->tests, "What must hold; without it, the defaults")->type_name("FILE.toml");
  command->add_option("--schedules", words->schedules, "How many to try, in place of what the file says")
      ->type_name("N");
  command->add_option("--seed", words->seed, "Of the random schedules, in place of what the file says")->type_name("N");
  command->add_option("-o,--output", words->output, "A folder for the traces of failures; without it PROGRAM.grade")
      ->type_name("FOLDER");
  command->add_flag("--json", words->json, "For autograders");
  command->add_option("--junit", words->junit, "Also write JUnit XML")->type_name("FILE.xml");
  command->footer(
      "Examples:\n"
      "  queuescope grade ./mine\n"
      "  queuescope grade ./mine --tests exercise.toml --schedules 10000\n"
      "  queuescope grade ./mine --tests exercise.toml --json\n"
      "  queuescope grade solution.py --tests exercise.toml --junit grade.xml\n"
      "\nThe program runs freely, then under many schedules (Python programs only freely), with limits on its\n"
      "processes, memory, time and output; nothing of it is left afterwards.\n"
      "Exit codes: 0 passed, 1 failed, 2 wrong usage or no such program, 5 the grader itself failed.");
  command->callback([words, &answer] { answer = grade_program(*words); });
}

}  // namespace qs::cli
