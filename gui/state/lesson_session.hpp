// A learner's way through one lesson: which step is shown, what was answered, which tasks are done. Nothing here draws.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/lesson/lesson.hpp"
#include "sim/lesson/moments.hpp"
#include "sim/lesson/progress.hpp"
#include "sim/trace/trace.hpp"

namespace qs::gui {

class LessonSession {
 public:
  /// Progress is kept in this file; empty: nowhere.
  explicit LessonSession(std::filesystem::path progress_file);

  /// Begins a lesson. Its run is still to come.
  void open(Lesson lesson);
  void close() { lesson_.reset(); }
  /// The lesson's run is over: from now on its steps have a place.
  void ran(Trace const& trace);

  bool is_open() const { return lesson_.has_value(); }
  bool has_run() const { return is_open() && !placed_.steps.empty(); }
  Lesson const& lesson() const { return *lesson_; }
  LearnerProgress const& progress() const { return progress_; }
  /// What the file says that the run contradicts, as a sentence; empty: nothing.
  std::string const& contradiction() const { return contradiction_; }

  std::size_t page() const { return page_; }
  /// The steps, and one page with the tasks, if there are any.
  std::size_t pages() const { return lesson_->steps.size() + (lesson_->tasks.empty() ? 0 : 1); }
  bool on_tasks() const { return page_ >= lesson_->steps.size(); }
  LessonStep const& step() const { return lesson_->steps[page_]; }
  /// Where the play head belongs: the moment of the step, or where its answer can be seen once it is given.
  Step moment() const;
  /// Later events are not shown before the last step, because they contain the answers.
  bool hides_future() const { return has_run() && !on_tasks() && page_ + 1 < lesson_->steps.size(); }

  /// A question must be answered before the lesson continues.
  bool can_go_forward() const { return has_run() && page_ + 1 < pages() && !asks(); }
  bool can_go_back() const { return has_run() && page_ > 0; }
  void forward();
  void back();

  /// There is a question, and it has not been answered.
  bool asks() const;
  std::vector<std::string> const& choices() const { return choices_; }
  void answer(std::string const& choice);
  /// What was chosen; nullptr: nothing yet.
  std::string const* chosen() const;
  std::string const& right_answer() const;
  bool is_right() const { return chosen() && *chosen() == right_answer(); }

  void begin_task(std::size_t task) { task_ = task; }
  std::optional<std::size_t> task() const { return task_; }
  void leave_task() { task_.reset(); }
  bool task_done(std::size_t task) const;
  /// The learner's run is over: "" where it reaches the goal of the task, else why not.
  std::string judge(Trace const& trace);

 private:
  void arrive();
  void save();

  std::filesystem::path file_;
  LearnerProgress progress_;
  std::optional<Lesson> lesson_;
  PlacedLesson placed_;
  std::string contradiction_;
  std::size_t page_ = 0;
  std::map<std::size_t, std::string> answers_;  ///< of this time, by step
  std::map<std::size_t, std::vector<std::string>> all_choices_;
  std::vector<std::string> choices_;  ///< of this step
  std::optional<std::size_t> task_;
};

}  // namespace qs::gui
