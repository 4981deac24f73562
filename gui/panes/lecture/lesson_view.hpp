// The pane of lessons: their list, and one lesson with its text, its questions and its tasks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "gui/draw/theme.hpp"
#include "gui/state/lesson_session.hpp"
#include "gui/window/ui_test_log.hpp"

namespace qs::gui {

/// What the learner requested in one frame.
struct LessonWishes {
  std::optional<std::size_t> open;  ///< a bundled lesson
  std::optional<std::size_t> task;
  std::optional<std::string> answer;
  bool forward = false, back = false, close = false;
  bool show_moment = false;  ///< back to where the step belongs
};

class LessonView {
 public:
  enum class Place : std::uint8_t { window, page };  ///< a page has one lesson, and runs no programs
  explicit LessonView(Place place = Place::window) : place_(place) {}

  /// Draws into the current pane.
  LessonWishes draw(LessonSession const& session, Theme const& theme, UiTestLog& report);

 private:
  void list(LessonSession const& session, Theme const& theme, UiTestLog& report, LessonWishes& wishes);
  void page(LessonSession const& session, Theme const& theme, UiTestLog& report, LessonWishes& wishes);
  void question(LessonSession const& session, Theme const& theme, UiTestLog& report, LessonWishes& wishes);
  void tasks(LessonSession const& session, Theme const& theme, UiTestLog& report, LessonWishes& wishes);

  Place place_;
  std::optional<std::size_t> hint_;  ///< the task whose hint is shown
};

}  // namespace qs::gui
