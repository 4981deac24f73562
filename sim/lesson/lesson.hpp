// A lesson: steps of text at moments of one real run, questions whose right answers are read from that run, and tasks
// with a goal that is checked on the learner's own run. The file format is TOML, described in assets/lessons/README.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace qs {

/// A file is not a lesson: one sentence with its name, the line and the remedy.
class LessonError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct LessonStep {
  std::string at;  ///< a moment (sim/lesson/moments.hpp); empty: where the step before it is
  std::string text;
  std::vector<std::string> point;   ///< names of actors and queues; "code", "timeline"
  std::vector<std::string> claims;  ///< what must be so at this moment, as breakpoints say it
  std::string ask;                  ///< a question (sim/lesson/questions.hpp); empty: none
  std::vector<std::string> choices;
  std::string explain;  ///< told after the answer
  std::uint32_t line = 0;
};

struct LessonTask {
  std::string text, hint;
  std::vector<std::string> goal;  ///< each must hold of the learner's run (sim/lesson/goals.hpp)
  std::vector<std::string> keep;  ///< parameters that must stay as the task sets them
  std::string scenario;           ///< empty: the lesson's, with the lesson's parameters
  std::map<std::string, std::string> parameters;
  // A run that reaches the goal, for the answer key; `lesson check` runs it.
  std::map<std::string, std::string> solution_parameters;
  std::string solution_schedule;
  std::uint32_t line = 0;
};

struct Lesson {
  std::string name;  ///< "sentinel": what its file is called, without number and ending
  std::string file;  ///< for error messages
  std::string title, teaches;
  int minutes = 0;
  std::string scenario;         ///< a bundled one; or
  std::filesystem::path trace;  ///< a recorded program
  std::map<std::string, std::string> parameters;
  bool free = false;     ///< runs freely instead of under a schedule
  std::string schedule;  ///< the choices; after its end the last actor continues
  std::string notes;     ///< for the instructor
  std::vector<LessonStep> steps;
  std::vector<LessonTask> tasks;
};

/// Throws LessonError. `file` is its name in error messages; a trace is found beside it.
Lesson parse_lesson(std::string_view text, std::filesystem::path const& file);
Lesson read_lesson(std::filesystem::path const& file);

/// Those that come with Queuescope, in the order of the course. Throws LessonError where one is broken.
std::vector<Lesson> const& bundled_lessons();
/// A bundled lesson by name, or a file. Throws LessonError, which names the bundled ones.
Lesson find_lesson(std::string const& name_or_file);

/// "03-sentinel.toml" is the lesson "sentinel".
std::string lesson_name(std::filesystem::path const& file);

}  // namespace qs
