#include "sim/lesson/lesson_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "sim/lesson/goals.hpp"
#include "sim/run/scenario_run.hpp"
#include "sim/trace/trace_file.hpp"

namespace qs {

namespace {

using Parameters = std::map<std::string, std::string>;

std::string place_of(Lesson const& lesson, std::uint32_t line) { return fmt::format("{}:{}: ", lesson.file, line); }

RunOptions scenario_options(Lesson const& lesson, std::string const& name, Parameters const& parameters,
                            std::uint32_t line) {
  auto const* scenario = scenarios::find(name);
  if (!scenario)
    throw LessonError(
        fmt::format("{}there is no scenario '{}'; queuescope list shows all", place_of(lesson, line), name));
  try {
    return scenario_run(*scenario, parameters);
  } catch (scenarios::ArgumentError const& error) {
    throw LessonError(place_of(lesson, line) + error.what());
  }
}

std::shared_ptr<Scheduler> scheduler_of(Lesson const& lesson, std::string const& schedule, std::uint32_t line) {
  try {
    return std::make_shared<ScheduledRun>(parse_schedule(schedule));
  } catch (ScheduleError const& error) {
    throw LessonError(place_of(lesson, line) + error.what());
  }
}

Parameters task_parameters(Lesson const& lesson, LessonTask const& task) {
  Parameters parameters = task.scenario.empty() ? lesson.parameters : Parameters{};
  for (auto const& [name, value] : task.parameters) parameters[name] = value;
  return parameters;
}

std::string task_scenario(Lesson const& lesson, LessonTask const& task) {
  return task.scenario.empty() ? lesson.scenario : task.scenario;
}

Trace run_of(Lesson const& lesson, RunOptions options, std::string const& supervisor, std::uint32_t line) {
  options.supervisor = supervisor;
  options.output_to_stderr = true;
  Trace trace;
  TraceBuilder builder(trace);
  std::atomic<bool> const never{false};
  RunResult const result = run_program(options, {&builder}, never);
  if (!result.started()) throw LessonError(place_of(lesson, line) + result.error);
  if (auto const* scheduled = dynamic_cast<ScheduledRun const*>(options.scheduler.get());
      scheduled && !scheduled->error().empty())
    throw LessonError(place_of(lesson, line) + scheduled->error());
  return trace;
}

bool all_reached(Lesson const& lesson, LessonTask const& task, Trace const& trace) {
  return why_not_reached(lesson, task, trace).empty();
}

/// Both runs of a task: untouched it misses the goal, solved it reaches it.
void check_task(Lesson const& lesson, LessonTask const& task, std::string const& supervisor,
                std::vector<std::string>& problems) {
  RunOptions untouched = task_run(lesson, task);
  untouched.scheduler = scheduler_of(lesson, "", task.line);
  if (all_reached(lesson, task, run_of(lesson, untouched, supervisor, task.line)))
    problems.push_back(place_of(lesson, task.line) + "the goal of the task is reached without doing anything");
  Parameters solved = task_parameters(lesson, task);
  for (auto const& [name, value] : task.solution_parameters) solved[name] = value;
  RunOptions solution = scenario_options(lesson, task_scenario(lesson, task), solved, task.line);
  solution.scheduler = scheduler_of(lesson, task.solution_schedule, task.line);
  std::string const missing = why_not_reached(lesson, task, run_of(lesson, solution, supervisor, task.line));
  if (!missing.empty())
    problems.push_back(place_of(lesson, task.line) + "the solution does not reach the goal: " + missing);
}

}  // namespace

RunOptions lesson_run(Lesson const& lesson) {
  RunOptions options = scenario_options(lesson, lesson.scenario, lesson.parameters, 1);
  if (!lesson.free) options.scheduler = scheduler_of(lesson, lesson.schedule, 1);
  return options;
}

RunOptions task_run(Lesson const& lesson, LessonTask const& task) {
  return scenario_options(lesson, task_scenario(lesson, task), task_parameters(lesson, task), task.line);
}

Trace lesson_trace(Lesson const& lesson, std::string const& supervisor) {
  if (lesson.trace.empty()) return run_of(lesson, lesson_run(lesson), supervisor, 1);
  try {
    return read_trace(lesson.trace);
  } catch (std::exception const& error) {
    throw LessonError(place_of(lesson, 1) + error.what());
  }
}

std::string why_not_reached(Lesson const& lesson, LessonTask const& task, Trace const& trace) {
  std::string const scenario = task_scenario(lesson, task);
  if (trace.run.scenario != scenario) return fmt::format("something else than {} was run", scenario);
  RunOptions const untouched = task_run(lesson, task);
  for (std::string const& name : task.keep) {
    auto const wanted = untouched.parameters.find(name);
    auto const has = trace.run.parameters.find(name);
    if (wanted == untouched.parameters.end() || has == trace.run.parameters.end())
      return fmt::format("{} has no parameter '{}'", scenario, name);
    if (wanted->second != has->second)
      return fmt::format("{} has been changed, and must stay {}", name, wanted->second);
  }
  for (std::string const& goal : task.goal)
    if (!reached(goal, trace)) return fmt::format("this does not hold: {}", goal);
  return "";
}

std::vector<std::string> check_lesson(Lesson const& lesson, std::string const& supervisor) {
  std::vector<std::string> problems;
  try {
    PlacedLesson const placed = place_lesson(lesson, lesson_trace(lesson, supervisor));
    for (LessonProblem const& problem : placed.problems)
      problems.push_back(place_of(lesson, problem.line) + problem.text);
  } catch (LessonError const& error) {
    problems.emplace_back(error.what());
  }
  for (LessonTask const& task : lesson.tasks) {
    try {
      check_task(lesson, task, supervisor, problems);
    } catch (LessonError const& error) {
      problems.emplace_back(error.what());
    } catch (std::invalid_argument const& error) {
      problems.push_back(place_of(lesson, task.line) + error.what());
    }
  }
  return problems;
}

}  // namespace qs
