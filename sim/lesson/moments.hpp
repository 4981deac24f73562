// Where on a run the steps of a lesson are, and what the right answers to its questions are there.
//
// A moment is "beginning", "end", or what `step` calls a breakpoint (sim/control/breakpoint.hpp): "consumer blocked",
// "item 7 piped", "jobs.qsize > 3", "sentinel.cpp:14". It is looked for after the moment of the step before.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/lesson/lesson.hpp"
#include "sim/lesson/questions.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

struct PlacedStep {
  Step step = no_step;                ///< no_step: before everything
  std::optional<RightAnswer> answer;  ///< to its question
};

struct LessonProblem {
  std::uint32_t line = 0;
  std::string text;  ///< a sentence, without the file
};

struct PlacedLesson {
  std::vector<PlacedStep> steps;
  std::vector<LessonProblem> problems;  ///< where the lesson contradicts the run
};

PlacedLesson place_lesson(Lesson const&, Trace const&);

}  // namespace qs
