#include "gui/panes/bars/control_bar.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "gui/draw/widgets.hpp"
#include "gui/panes/until_field.hpp"
#include "gui/state/enabled_choices.hpp"
#include "sim/text/announced.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

struct PaceFacts {
  RunMode pace;
  char const *id, *words, *help;
};

constexpr PaceFacts pace_facts[] = {
    {RunMode::free, "pace:free", "Free", "The program runs at full speed, without control"},
    {RunMode::paced, "pace:paced", "Paced",
     "One choice at a time, automatically. Whoever has waited longest goes next"},
    {RunMode::stepped, "pace:stepped", "Step",
     "Every process and feeder stops before each operation, and you choose which goes next"},
};

std::string who(Trace const& trace, Choice choice) {
  switch (choice.what) {
    case Choice::What::time: return "the clock";
    case Choice::What::kill: return trace.name(choice.actor) + ", killed";
    case Choice::What::go: break;
  }
  return trace.name(choice.actor);
}

std::string past_words(Trace const& trace, EnabledChoices const& moves) {
  std::vector<std::string> others;
  for (Choice const choice : moves.enabled) {
    if (choice != *moves.made) others.push_back(who(trace, choice));
  }
  Choice const made = *moves.made;
  std::string words = fmt::format("Choice {} of {}: ", moves.decision + 1, trace.decisions.size());
  if (made.what == Choice::What::go) words += trace.name(made.actor) + " ran";
  if (made.what == Choice::What::time) words += "time passed";
  if (made.what == Choice::What::kill) words += trace.name(made.actor) + " was killed";
  words += others.empty() ? "; it was the only choice" : fmt::format("; {} could have run instead", listing(others, 3));
  return words;
}

std::string computing_words(Context const& context, SchedulerSnapshot const& table) {
  std::vector<std::string> names;
  for (std::size_t actor = 0; actor < table.status.size(); ++actor) {
    if (table.status[actor].where == ActorStatus::Where::computing)
      names.push_back(context.trace.name(static_cast<ActorIndex>(actor)));
  }
  return listing(names, 3) + (names.size() == 1 ? " is computing" : " are computing");
}

bool words_button(char const* id, std::string const& words, bool enabled, UiTestLog& report, std::string_view help) {
  ImGui::BeginDisabled(!enabled);
  bool const pressed = ImGui::Button((words + "###" + id).c_str());
  ImGui::EndDisabled();
  if (enabled) report.last_widget(id);
  tooltip_of_last(help);
  return pressed;
}

float button_width(std::string const& words) {
  return ImGui::CalcTextSize(words.c_str()).x + 2 * ImGui::GetStyle().FramePadding.x;
}

}  // namespace

std::string status_words(Context const& context, InteractiveSession const& conductor) {
  SchedulerSnapshot const& table = conductor.snapshot();
  EnabledChoices const* moves = context.moves;
  if (moves && moves->made) return past_words(context.trace, *moves);
  if (context.until->news(table)) return context.until->words();
  if (!context.live) {
    if (!table.error.empty()) return "The schedule could not be followed: " + table.error;
    switch (conductor.pace()) {
      case RunMode::free: return "The next run goes freely; pause it at any time";
      case RunMode::paced: return "The next run makes one choice after another by itself";
      case RunMode::stepped: return "In the next run, you choose who goes next";
    }
  }
  if (table.prefix) return fmt::format("Replaying: {} of {}", table.steps, count(conductor.prefix(), "choice"));
  if (!table.held)
    return conductor.pace() == RunMode::free ? "Running freely" : "Stopping before the next operation\u2026";
  if (table.deadlocked) {
    auto const ahead = ending_ahead(context.trace, context.step, "Ends in deadlock");
    return ahead.empty() ? "Deadlock: no one can go on" : ahead;
  }
  std::string words = count(table.steps, "choice") + " made";
  auto const can = std::count_if(table.enabled.begin(), table.enabled.end(),
                                 [](Choice choice) { return choice.what == Choice::What::go; });
  if (can > 0) words += fmt::format(", {} can go next", can);
  if (can == 0 && !table.enabled.empty()) words += ", waiting for a time-out";
  if (table.computing) words += "; " + computing_words(context, table);
  if (conductor.pace() == RunMode::stepped && !moves) words += "; showing an earlier step";
  return words;
}

float ControlBar::height(Theme const& theme) { return theme.fonts.text.size + 2.6F * theme.unit; }

void ControlBar::paces(Theme const& theme, InteractiveSession& conductor, UiTestLog& report) {
  ImDrawList* list = ImGui::GetWindowDrawList();
  float const height = ImGui::GetFrameHeight();
  ImVec2 const begin = ImGui::GetCursorScreenPos();
  float width = 0;
  for (PaceFacts const& row : pace_facts) width += measure(theme.fonts.text, row.words).x + 2.5F * theme.unit;
  list->AddRectFilled(begin, {begin.x + width, begin.y + height}, theme.inset, theme.rounding);
  for (PaceFacts const& row : pace_facts) {
    ImVec2 const at = ImGui::GetCursorScreenPos();
    ImVec2 const size = measure(theme.fonts.text, row.words);
    float const wide = size.x + 2.5F * theme.unit;
    bool const clicked = ImGui::InvisibleButton(row.id, {wide, height});
    bool const chosen = conductor.pace() == row.pace;
    bool const hovered = ImGui::IsItemHovered();
    report.last_widget(row.id);
    tooltip_of_last(row.help);
    if (chosen || hovered) {
      ImU32 const fill = chosen ? theme.accent : mix(theme.inset, theme.text, 0.12F);
      list->AddRectFilled(at, {at.x + wide, at.y + height}, fill, theme.rounding);
    }
    draw_text(list, theme.fonts.text, {at.x + 1.25F * theme.unit, at.y + (height - theme.fonts.text.size) / 2},
              chosen ? theme.on_accent : theme.text_soft, row.words);
    if (clicked) conductor.pace(row.pace);
    ImGui::SameLine(0, 0);
  }
  if (conductor.pace() == RunMode::paced) {
    ImGui::SameLine(0, 1.5F * theme.unit);
    float value = conductor.milliseconds();
    if (slim_slider("pace:time", theme, 12 * theme.unit, value, InteractiveSession::fastest,
                    InteractiveSession::slowest, Scaling::logarithmic)) {
      conductor.milliseconds(value);
    }
    report.last_widget("pace:time");
    tooltip_of_last("Time between choices");
    ImGui::SameLine(0, 0.5F * theme.unit);
    ImVec2 const at = ImGui::GetCursorScreenPos();
    float const wide = measure(theme.fonts.small, "2,000 ms").x;
    ImGui::Dummy({wide, height});
    draw_text(list, theme.fonts.small, {at.x, at.y + (height - theme.fonts.small.size) / 2}, theme.text_soft,
              fmt::format("{} ms", number(static_cast<std::uint64_t>(std::lround(conductor.milliseconds())))));
  }
  ImGui::SameLine(0, 2 * theme.unit);
}

void ControlBar::draw(Context const& context, InteractiveSession& conductor, Rect const& rect, UiTestLog& report,
                      std::vector<Action>& wishes) {
  Theme const& theme = context.theme;
  Pane const pane("control", rect, theme, theme.panel, 0);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddLine({rect.left, rect.bottom - 1}, {rect.right, rect.bottom - 1}, theme.line);
  float const top = rect.top + (rect.height() - ImGui::GetFrameHeight()) / 2;
  float const baseline = rect.top + (rect.height() - theme.fonts.text.size) / 2;
  float x = rect.left + 1.5F * theme.unit;
  draw_text(list, theme.fonts.text, {x, baseline}, theme.text_soft, "Run");
  x += measure(theme.fonts.text, "Run").x + theme.unit;
  ImGui::SetCursorScreenPos({x, top});
  paces(theme, conductor, report);

  EnabledChoices const* moves = context.moves;
  bool const open = moves && moves->open();
  bool const live = context.live && conductor.live();
  auto const button = [&](char const* id, std::string const& words, Action action, bool enabled) {
    if (words_button(id, words, enabled, report, tooltip(action))) wishes.push_back(action);
    ImGui::SameLine(0, theme.unit);
  };
  if (live) {
    bool const stepped = conductor.pace() == RunMode::stepped;
    bool const towards = context.until->running();
    button("pause_run", stepped && !towards ? "Continue" : "Pause", Action::pause_run, true);
    if (stepped) button("go_proposed", "Next choice", Action::go_proposed, open && moves->proposed.has_value());
    if (stepped) button("run_until", "Run until\u2026", Action::run_until, true);
    if (stepped || (open && moves->time()))
      button("time_passes", "Time passes", Action::time_passes, open && moves->time());
  }

  // At the right: actions that start other runs.
  std::size_t const before = decisions_before(context.trace, context.step);
  bool const past = moves ? !open : before < context.trace.decisions.size();
  std::string const again = "Go on from here", copy = "Copy schedule";
  bool const has_schedule = !conductor.schedule().empty();
  float right = rect.right - 1.5F * theme.unit;
  if (has_schedule) {
    right -= button_width(copy) + theme.unit;
    float words_right = right;
    bool const forks = past && before <= conductor.snapshot().exact && conductor.knows_program();
    if (forks) words_right -= button_width(again) + theme.unit;
    float const left = ImGui::GetCursorScreenPos().x;
    if (forks && words_right > left) {
      ImGui::SetCursorScreenPos({words_right, top});
      ImGui::PushStyleColor(ImGuiCol_Button, theme.accent);
      ImGui::PushStyleColor(ImGuiCol_ButtonHovered, mix(theme.accent, theme.text, 0.15F));
      ImGui::PushStyleColor(ImGuiCol_Text, theme.on_accent);
      button("go_on_from_here", again, Action::go_on_from_here, true);
      ImGui::PopStyleColor(3);
      right = words_right;
    }
    if (rect.right - 1.5F * theme.unit - button_width(copy) > left) {
      ImGui::SetCursorScreenPos({rect.right - 1.5F * theme.unit - button_width(copy), top});
      button("copy_schedule", copy, Action::copy_schedule, true);
    }
    ImGui::SetCursorScreenPos({left, top});
  }
  float const left = ImGui::GetCursorScreenPos().x + theme.unit;
  bool const stuck = live && conductor.snapshot().deadlocked && steps_ahead(context.trace, context.step) == 0;
  bool const of_until = !(moves && moves->made) && context.until->news(conductor.snapshot());
  ImU32 const colour = of_until         ? colour_of(context.until->state(), theme)
                       : stuck          ? theme.state(ActorState::blocked)
                       : (live || past) ? theme.text
                                        : theme.text_faint;
  std::string const words = status_words(context, conductor);
  float const room = right - left - theme.unit;
  if (room < 4 * theme.unit) return;
  draw_text_within(list, theme.fonts.text, {left, baseline}, room, colour, words);
  ImGui::SetCursorScreenPos({left, top});
  ImGui::Dummy({room, ImGui::GetFrameHeight()});
  if (measure(theme.fonts.text, words).x > room) tooltip_of_last(words);
}

}  // namespace qs::gui
