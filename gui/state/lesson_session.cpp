#include "gui/state/lesson_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "sim/lesson/lesson_run.hpp"
#include "sim/lesson/questions.hpp"

namespace qs::gui {

LessonSession::LessonSession(std::filesystem::path progress_file)
    : file_(std::move(progress_file)), progress_(load_progress(file_)) {}

void LessonSession::open(Lesson lesson) {
  lesson_ = std::move(lesson);
  placed_ = {};
  contradiction_.clear();
  page_ = 0;
  answers_.clear();
  all_choices_.clear();
  choices_.clear();
  task_.reset();
}

void LessonSession::ran(Trace const& trace) {
  if (!lesson_) return;
  placed_ = place_lesson(*lesson_, trace);
  contradiction_.clear();
  if (!placed_.problems.empty())
    contradiction_ =
        fmt::format("{}:{}: {}", lesson_->file, placed_.problems.front().line, placed_.problems.front().text);
  for (std::size_t i = 0; i < lesson_->steps.size(); ++i) {
    LessonStep const& step = lesson_->steps[i];
    if (step.ask.empty() || !placed_.steps[i].answer) continue;
    all_choices_[i] = step.choices.empty() ? usual_choices(trace, step.ask) : step.choices;
  }
  arrive();
}

Step LessonSession::moment() const {
  if (!has_run()) return no_step;
  PlacedStep const& placed = placed_.steps[std::min(page_, placed_.steps.size() - 1)];
  return chosen() && placed.answer ? placed.answer->reveal : placed.step;
}

void LessonSession::forward() {
  if (!can_go_forward()) return;
  ++page_;
  arrive();
}

void LessonSession::back() {
  if (!can_go_back()) return;
  --page_;
  arrive();
}

bool LessonSession::asks() const {
  return has_run() && !on_tasks() && placed_.steps[page_].answer && !answers_.contains(page_);
}

void LessonSession::answer(std::string const& choice) {
  if (!asks() || std::find(choices_.begin(), choices_.end(), choice) == choices_.end()) return;
  answers_[page_] = choice;
  progress_[lesson_->name].answers.try_emplace(static_cast<int>(page_), is_right());
  save();
}

std::string const* LessonSession::chosen() const {
  auto const found = answers_.find(page_);
  return found == answers_.end() ? nullptr : &found->second;
}

std::string const& LessonSession::right_answer() const {
  static std::string const none;
  return has_run() && !on_tasks() && placed_.steps[page_].answer ? placed_.steps[page_].answer->right : none;
}

bool LessonSession::task_done(std::size_t task) const {
  auto const found = progress_.find(lesson_->name);
  return found != progress_.end() && found->second.tasks.contains(static_cast<int>(task));
}

std::string LessonSession::judge(Trace const& trace) {
  if (!lesson_ || !task_) return "";
  std::string missing;
  try {
    missing = why_not_reached(*lesson_, lesson_->tasks[*task_], trace);
  } catch (std::exception const& error) {  // a goal that is not understood
    return error.what();
  }
  if (missing.empty()) {
    progress_[lesson_->name].tasks.insert(static_cast<int>(*task_));
    save();
  }
  return missing;
}

void LessonSession::arrive() {
  auto const found = all_choices_.find(page_);
  choices_ = found == all_choices_.end() ? std::vector<std::string>{} : found->second;
  LessonProgress& progress = progress_[lesson_->name];
  progress.steps = static_cast<int>(lesson_->steps.size());
  progress.step = std::max(progress.step, static_cast<int>(std::min(page_, lesson_->steps.size() - 1)));
  save();
}

void LessonSession::save() { save_progress(progress_, file_); }

}  // namespace qs::gui
