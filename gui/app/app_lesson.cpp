// The application's part in lessons: their run, the play head, and the tasks.
#include <fmt/format.h>

#include "gui/app/app.hpp"
#include "sim/lesson/lesson_run.hpp"
#include "sim/lesson/questions.hpp"

namespace qs::gui {

void App::teach(std::string const& name) {
  left_ = Left::lessons;
  settings_.browser_open = browser_wanted_ = true;
  if (name.empty()) return;
  try {
    teach(find_lesson(name));
  } catch (std::exception const& error) {
    banner_ = {Banner::Tone::error, error.what()};
  }
}

void App::teach(Lesson lesson) {
  try {
    lesson_.open(std::move(lesson));
    told_detail_ = DetailLevel::acts;
    banner_ = {};
    tab_ = Tab::code;
    lesson_runs_ = true;
    if (lesson_.lesson().trace.empty()) {
      launch(lesson_run(lesson_.lesson()));
      window_.title(lesson_.lesson().title + " \u2013 Queuescope");
    } else {
      open(lesson_.lesson().trace.string());
      while (document_.opening()) {  // a lesson's run is short
        if (document_.wait_for_opening(std::chrono::milliseconds(100))) opened(document_.update());
      }
      lesson_ran();
    }
  } catch (std::exception const& error) {
    lesson_.close();
    banner_ = {Banner::Tone::error, error.what()};
  }
}

/// The lesson's run is over: the play head goes to the first step, and the run can be continued from anywhere.
void App::lesson_ran() {
  lesson_runs_ = false;
  Trace const& trace = document_.trace();
  conductor_.opened(program_to_repeat(trace.run), schedule_of(trace), trace.run.ending);
  lesson_.ran(trace);
  banner_ = {};
  show_lesson_moment();
}

void App::show_lesson_moment() {
  if (!lesson_.has_run() || lesson_.on_tasks()) return;
  playback_.glide_to(lesson_.moment());
  selection_ = {};
  timeline_wanted_ = false;
  for (std::string const& name : lesson_.step().point) {
    if (name == "code") tab_ = Tab::code;
    if (name == "timeline") timeline_wanted_ = true;
  }
  frames_owed_ = frames_after_input;
}

bool App::lesson_active() const { return left_ == Left::lessons && lesson_.is_open(); }

void App::obey(LessonWishes const& wishes) {
  if (wishes.open) return teach(bundled_lessons()[*wishes.open]);
  if (wishes.close) return lesson_.close();
  if (wishes.answer) lesson_.answer(*wishes.answer);
  if (wishes.forward) lesson_.forward();
  if (wishes.back) lesson_.back();
  if (wishes.answer || wishes.forward || wishes.back || wishes.show_moment) show_lesson_moment();
  if (wishes.task) begin_task(*wishes.task);
}

/// A click on a process of the stage is an answer, while the lesson asks for one.
bool App::answered_on_stage(Selection const& clicked) {
  if (!lesson_active() || !lesson_.asks() || !asks_for_process(lesson_.step().ask)) return false;
  if (clicked.what != Selection::What::actor) return false;
  lesson_.answer(document_.trace().name(clicked.actor));
  if (lesson_.asks()) return false;
  show_lesson_moment();
  return true;
}

/// The learner makes a run of their own: the scenario with its sliders, and the task above it.
void App::begin_task(std::size_t task) {
  Lesson const& lesson = lesson_.lesson();
  try {
    RunOptions const options = task_run(lesson, lesson.tasks[task]);
    choose(options.scenario, options.parameters);
  } catch (std::exception const& error) {
    banner_ = {Banner::Tone::error, error.what()};
    return;
  }
  lesson_.begin_task(task);
  left_ = Left::scenarios;
  settings_.browser_open = browser_wanted_ = true;
  bool const by_schedule = !lesson.tasks[task].solution_schedule.empty();
  conductor_.pace(by_schedule ? RunMode::stepped : RunMode::free);
  banner_ = task_banner();
}

/// What is to be done, while a task is.
Banner App::task_banner() const {
  if (!lesson_.is_open() || !lesson_.task()) return {};
  return {Banner::Tone::news, fmt::format("Task: {}", lesson_.lesson().tasks[*lesson_.task()].text)};
}

/// Whether the run that has just ended, or has come to a deadlock, was one for a task; then the banner says what came
/// of it.
bool App::judge_task(RunEnding ending) {
  if (!lesson_.is_open() || !lesson_.task() || document_.empty()) return false;
  LessonTask const& task = lesson_.lesson().tasks[*lesson_.task()];
  std::string missing;
  if (ending == RunEnding::none) {
    missing = lesson_.judge(document_.trace());
  } else {  // a deadlocked run under control has no ending yet
    Trace so_far = document_.trace();
    so_far.run.ending = ending;
    missing = lesson_.judge(so_far);
  }
  if (missing.empty()) {
    banner_ = {Banner::Tone::news, fmt::format("Task done: {}", task.text)};
    lesson_.leave_task();
    left_ = Left::lessons;
  } else {
    banner_ = {Banner::Tone::warning, fmt::format("Task: {} In this run {}.", task.text, missing)};
  }
  return true;
}

}  // namespace qs::gui
