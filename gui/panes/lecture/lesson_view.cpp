#include "gui/panes/lecture/lesson_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gui/draw/widgets.hpp"
#include "sim/lesson/questions.hpp"

namespace qs::gui {
namespace {

float wrapped_height(Font font, std::string const& words, float width) {
  return font.face->CalcTextSizeA(font.size, 1e9F, width, words.c_str()).y;
}

/// A wide button with wrapped words at its left, in a colour of its own.
bool choice_button(std::string const& words, Theme const& theme, ImU32 fill, bool open) {
  Font const font = theme.fonts.text;
  float const pad = theme.unit;
  float const width = ImGui::GetContentRegionAvail().x;
  float const height = wrapped_height(font, words, width - 3 * pad) + 1.4F * pad;
  ImVec2 const at = ImGui::GetCursorScreenPos();
  ImGui::PushID(words.c_str());
  bool const clicked = ImGui::InvisibleButton("choice", {width, height}) && open;
  if (open && ImGui::IsItemHovered()) fill = mix(fill, theme.text, 0.12F);
  ImGui::PopID();
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + width, at.y + height}, fill, theme.rounding);
  list->AddText(font.face, font.size, {at.x + 1.5F * pad, at.y + 0.7F * pad}, ink_on(fill, theme), words.c_str(),
                nullptr, width - 3 * pad);
  return clicked;
}

/// "done", "3 of 6 questions right", ...
std::string progress_words(Lesson const& lesson, LearnerProgress const& all) {
  auto const found = all.find(lesson.name);
  std::string words = lesson.minutes > 0 ? fmt::format("{} min", lesson.minutes) : "";
  if (found == all.end()) return words;
  LessonProgress const& progress = found->second;
  auto const right =
      std::count_if(progress.answers.begin(), progress.answers.end(), [](auto const& answer) { return answer.second; });
  if (!progress.answers.empty()) words += fmt::format(", {} of {} predicted", right, progress.answers.size());
  if (!progress.tasks.empty()) words += fmt::format(", {} of {} tasks", progress.tasks.size(), lesson.tasks.size());
  return progress.finished() ? words + ", read" : words;
}

void progress_bar(LessonSession const& session, Theme const& theme) {
  ImVec2 const at = ImGui::GetCursorScreenPos();
  float const width = ImGui::GetContentRegionAvail().x, height = 0.4F * theme.unit;
  float const part = static_cast<float>(session.page() + 1) / static_cast<float>(session.pages());
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + width, at.y + height}, theme.inset, height / 2);
  list->AddRectFilled(at, {at.x + width * part, at.y + height}, theme.accent, height / 2);
  ImGui::Dummy({1, height + 0.4F * theme.unit});
}

}  // namespace

LessonWishes LessonView::draw(LessonSession const& session, Theme const& theme, UiTestLog& report) {
  LessonWishes wishes;
  if (session.is_open())
    page(session, theme, report, wishes);
  else
    list(session, theme, report, wishes);
  return wishes;
}

void LessonView::list(LessonSession const& session, Theme const& theme, UiTestLog& report, LessonWishes& wishes) {
  Scroll const scroll("lessons", {0, 0});
  auto const& lessons = bundled_lessons();
  for (std::size_t i = 0; i < lessons.size(); ++i) {
    Lesson const& lesson = lessons[i];
    std::string const words = fmt::format("{}. {}", i + 1, lesson.title);
    if (choice_button(words, theme, theme.card, true)) wishes.open = i;
    report.last_widget("lesson:" + lesson.name);
    tooltip_of_last(lesson.teaches);
    caption(theme, "  " + progress_words(lesson, session.progress()));
    ImGui::Dummy({1, 0.3F * theme.unit});
  }
}

void LessonView::page(LessonSession const& session, Theme const& theme, UiTestLog& report, LessonWishes& wishes) {
  Lesson const& lesson = session.lesson();
  bool const low = ImGui::GetContentRegionAvail().y < 32 * theme.unit;
  if (place_ == Place::window) {
    if (link(theme, "All lessons")) wishes.close = true;
    report.last_widget("all_lessons");
    if (low) ImGui::SameLine(0, 2 * theme.unit);
  }
  heading(theme, lesson.title);
  if (!session.has_run()) {
    paragraph("Running the program\u2026", theme.text_soft);
    return;
  }
  progress_bar(session, theme);
  float const foot = ImGui::GetFrameHeight() + 1.5F * theme.unit;
  {
    Scroll const scroll("lesson", {0, std::max(ImGui::GetContentRegionAvail().y - foot, 4 * theme.unit)});
    if (!session.contradiction().empty()) paragraph(session.contradiction(), theme.error);
    if (session.on_tasks()) {
      tasks(session, theme, report, wishes);
    } else {
      paragraph(session.step().text, theme.text);
      if (!session.step().ask.empty()) question(session, theme, report, wishes);
    }
  }
  float const width = (ImGui::GetContentRegionAvail().x - theme.unit) / 2;
  ImGui::BeginDisabled(!session.can_go_back());
  wishes.back = ImGui::Button("Back", {width, 0});
  ImGui::EndDisabled();
  report.last_widget("lesson_back");
  ImGui::SameLine(0, theme.unit);
  bool const open = session.can_go_forward();
  ImGui::BeginDisabled(!open);
  if (open) {
    ImGui::PushStyleColor(ImGuiCol_Button, theme.accent);
    ImGui::PushStyleColor(ImGuiCol_Text, theme.on_accent);
  }
  wishes.forward = ImGui::Button("Next", {width, 0});
  if (open) ImGui::PopStyleColor(2);
  ImGui::EndDisabled();
  report.last_widget("lesson_next");
  tooltip_of_last(session.asks() ? "Predict first: choose an answer" : "To the next step  (Enter)");
}

void LessonView::question(LessonSession const& session, Theme const& theme, UiTestLog& report, LessonWishes& wishes) {
  ImGui::Dummy({1, 0.6F * theme.unit});
  heading(theme, question_words(session.step().ask));
  bool const open = session.asks();
  if (open && asks_for_process(session.step().ask)) caption(theme, "Choose, or click it on the stage.");
  ImGui::Dummy({1, 0.2F * theme.unit});
  for (std::string const& choice : session.choices()) {
    ImU32 fill = theme.card;
    bool const right = choice == session.right_answer();
    bool const chosen = session.chosen() && *session.chosen() == choice;
    if (!open && right) fill = mix(theme.card, theme.success, 0.55F);
    if (!open && chosen && !right) fill = mix(theme.card, theme.error, 0.55F);
    if (choice_button(choice, theme, fill, open)) wishes.answer = choice;
    report.last_widget("choice:" + choice);
  }
  if (open) return;
  ImGui::Dummy({1, 0.4F * theme.unit});
  heading(theme, session.is_right() ? "Right." : fmt::format("In this run: {}.", session.right_answer()));
  paragraph(session.step().explain, theme.text);
}

void LessonView::tasks(LessonSession const& session, Theme const& theme, UiTestLog& report, LessonWishes& wishes) {
  heading(theme, "Tasks");
  paragraph(place_ == Place::window
                ? "Your turn. The goal is checked on the run that you make."
                : fmt::format("Your turn, in Queuescope's window: queuescope lesson {}", session.lesson().name),
            theme.text_soft);
  for (std::size_t i = 0; i < session.lesson().tasks.size(); ++i) {
    LessonTask const& task = session.lesson().tasks[i];
    ImGui::PushID(static_cast<int>(i));
    ImGui::Dummy({1, 0.8F * theme.unit});
    paragraph(task.text, theme.text);
    caption(theme, fmt::format("Goal: {}", fmt::join(task.goal, "; ")));
    if (session.task_done(i)) {
      pill(theme, "done", theme.success, ink_on(theme.success, theme));
      ImGui::SameLine(0, theme.unit);
    }
    if (place_ == Place::window) {
      if (ImGui::Button(session.task_done(i) ? "Again" : "Start")) wishes.task = i;
      report.last_widget(fmt::format("task:{}", i));
    }
    if (!task.hint.empty()) {
      if (place_ == Place::window) ImGui::SameLine(0, theme.unit);
      if (ImGui::Button("Hint")) hint_ = hint_ == i ? std::nullopt : std::optional(i);
      report.last_widget(fmt::format("hint:{}", i));
      if (hint_ == i) paragraph(task.hint, theme.text_soft);
    }
    ImGui::PopID();
  }
}

}  // namespace qs::gui
