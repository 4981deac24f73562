// The run of a lesson: always the same one, because it is under control (or a recorded one).
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "sim/lesson/lesson.hpp"
#include "sim/lesson/moments.hpp"
#include "sim/run/run.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// How the lesson's scenario is run. Throws LessonError for an unknown scenario or an impossible parameter.
RunOptions lesson_run(Lesson const&);
/// How a task's scenario is run before the learner changes anything.
RunOptions task_run(Lesson const&, LessonTask const&);
/// Runs it, or reads its recorded trace. Throws LessonError.
/// `supervisor`: see RunOptions.
Trace lesson_trace(Lesson const&, std::string const& supervisor = {});

/// Whether the learner's run reaches the goal with the parameters that must stay; else why not, as a sentence.
std::string why_not_reached(Lesson const&, LessonTask const&, Trace const&);

/// Runs everything that the lesson tells of, and holds the lesson against it: moments that never come, claims that do
/// not hold, answers that are not among the choices, goals that are reached without doing anything or not by the
/// solution. Each a line "file:line: sentence".
std::vector<std::string> check_lesson(Lesson const&, std::string const& supervisor = {});

/// For the instructor: the notes, each question with the right answer, each task with its solution. Markdown.
std::string lesson_notes(Lesson const&, std::string const& supervisor = {});

/// A lesson made of a recorded run: a step at each moment that a lecturer would stop at, with its caption as the text.
std::string lesson_skeleton(Trace const&, std::filesystem::path const& trace_file);

}  // namespace qs
