#include "gui/panes/events.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <imgui_stdlib.h>

#include "gui/draw/widgets.hpp"
#include "gui/state/jumps.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

constexpr Step events_a_frame = 20000;

ImU32 colour_of(Event const& event, Theme const& theme, bool to_come) {
  switch (event.kind) {
    case Kind::uncaught:
    case Kind::expectation_failed:
    case Kind::serialise_failed:
    case Kind::pipe_broken:
    case Kind::task_lost:
    case Kind::process_lost:
    case Kind::gap: return theme.error;
    case Kind::repaired:
    case Kind::task_returned: return theme.success;
    default: break;
  }
  if (blocks(event)) return theme.state(ActorState::blocked);
  return to_come ? theme.text_faint : theme.text;
}

}  // namespace

void EventsView::reset() {
  wanted_.actor = nobody;
  list_.reset(wanted_);
  unshown_ = true;
}

Step EventsView::neighbour(Trace const& trace, Step step, int direction) const {
  auto const row = list_.row_of(step) + direction;
  bool const between = direction < 0 && list_.row_of(step) >= 0 && list_.at(static_cast<std::size_t>(row + 1)) != step;
  auto const target = between ? row + 1 : row;
  if (target < 0 || target >= static_cast<std::int64_t>(list_.size(trace))) return no_step;
  return list_.at(static_cast<std::size_t>(target));
}

bool EventsView::draw(Context const& context, UiTestLog& report) {
  draw_filter(context, report);
  if (!(wanted_ == list_.filter())) {
    list_.reset(wanted_);
    unshown_ = true;
  }
  bool const more = list_.update(context.trace, events_a_frame);
  draw_rows(context, report);
  return more;
}

void EventsView::draw_filter(Context const& context, UiTestLog& report) {
  Theme const& theme = context.theme;
  heading(theme, "Events");
  ImGui::SameLine();
  std::size_t const shown = list_.size(context.trace);
  std::string const count = list_.filter().everything()
                                ? number(shown)
                                : fmt::format("{} of {}", number(shown), number(context.trace.size()));
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + (theme.fonts.strong.size - theme.fonts.small.size) * 0.6F);
  caption(theme, count);

  float const room = ImGui::GetContentRegionAvail().x;
  float const gap = ImGui::GetStyle().ItemSpacing.x;
  bool const narrow = room < 40 * theme.unit;
  float const combo = narrow ? (room - gap) / 2 : 12.5F * theme.unit;
  ImGui::SetNextItemWidth(narrow ? room : room - 2 * (combo + gap));
  if (focus_filter_) ImGui::SetKeyboardFocusHere();
  focus_filter_ = false;
  ImGui::InputTextWithHint("##filter", "Filter  (Ctrl+F)", &wanted_.text);
  report.last_widget("filter");
  if (!narrow) ImGui::SameLine();
  ImGui::SetNextItemWidth(combo);
  std::string const actor = wanted_.actor == nobody ? "All actors" : context.trace.name(wanted_.actor);
  if (ImGui::BeginCombo("##actor", actor.c_str())) {
    if (ImGui::Selectable("All actors", wanted_.actor == nobody)) wanted_.actor = nobody;
    for (std::size_t i = 0; i < context.trace.actors.size(); ++i) {
      ImGui::PushID(static_cast<int>(i));
      auto const index = static_cast<ActorIndex>(i);
      if (ImGui::Selectable(context.trace.actors[i].name.c_str(), wanted_.actor == index)) wanted_.actor = index;
      ImGui::PopID();
    }
    ImGui::EndCombo();
  }
  report.last_widget("filter_actor");
  ImGui::SameLine();
  ImGui::SetNextItemWidth(combo);
  draw_groups(theme);
  report.last_widget("filter_groups");
}

void EventsView::draw_groups(Theme const&) {
  bool const all = wanted_.groups == EventFilter{}.groups;
  if (!ImGui::BeginCombo("##groups", all ? "All kinds" : "Some kinds")) return;
  if (ImGui::Selectable("All kinds", all, ImGuiSelectableFlags_DontClosePopups)) wanted_.groups = EventFilter{}.groups;
  for (std::size_t i = 0; i < event_group_count; ++i) {
    auto const group = static_cast<EventGroup>(i);
    bool on = wanted_.has(group);
    if (ImGui::Checkbox(std::string(words(group)).c_str(), &on)) {
      wanted_.groups = static_cast<std::uint8_t>(wanted_.groups ^ (1U << i));
    }
  }
  ImGui::EndCombo();
}

void EventsView::draw_rows(Context const& context, UiTestLog& report) {
  Theme const& theme = context.theme;
  std::size_t const count = list_.size(context.trace);
  Scroll const scroll("rows", {0, 0});
  if (count == 0) {
    empty_state(theme, context.trace.events.empty() ? "No events yet" : "No event matches this filter",
                context.trace.events.empty() ? "Each operation of a process or feeder is listed here as a sentence."
                                             : "Clear the text, or choose all actors and all kinds.");
    return;
  }
  float const height = theme.fonts.text.size + 0.6F * theme.unit;
  std::int64_t const current = list_.row_of(context.step);
  if (unshown_ || shown_ != context.step) {
    float const top = static_cast<float>(std::max<std::int64_t>(current, 0)) * height;
    float const room = ImGui::GetWindowHeight();
    if (top < ImGui::GetScrollY() || top > ImGui::GetScrollY() + room - 2 * height) {
      ImGui::SetScrollY(std::max(0.0F, top - room * 0.45F));
    }
    shown_ = context.step;
    unshown_ = false;
  }
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  float const width = ImGui::GetContentRegionAvail().x;
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(std::min<std::size_t>(count, 0x7fffffff)), height);
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      draw_row(context, static_cast<std::size_t>(i), width);
      if (i == current) report.last_widget("event:current");
      if (i == current + 1) report.last_widget("event:next");
    }
  }
  ImGui::PopStyleVar();
}

void EventsView::draw_row(Context const& context, std::size_t row, float width) {
  Theme const& theme = context.theme;
  Step const step = list_.at(row);
  Event const& event = context.trace.at(step);
  float const height = theme.fonts.text.size + 0.6F * theme.unit;
  ImVec2 const at = ImGui::GetCursorScreenPos();
  ImGui::PushID(static_cast<int>(step));
  bool const clicked = ImGui::InvisibleButton("row", {width, height});
  ImGui::PopID();
  if (clicked) {
    context.requests.go_to = step;
    context.requests.select = Selection{.what = Selection::What::actor, .actor = event.actor, .item = {}};
  }
  bool const hovered = ImGui::IsItemHovered();
  ImDrawList* list = ImGui::GetWindowDrawList();
  ImVec2 const end{at.x + width, at.y + height};
  bool const current = step == context.step;
  if (current) list->AddRectFilled(at, end, with_alpha(theme.accent, 0.26F), theme.rounding * 0.5F);
  if (hovered && !current) list->AddRectFilled(at, end, with_alpha(theme.text, 0.07F), theme.rounding * 0.5F);
  list->AddRectFilled({at.x, at.y + 2}, {at.x + 3, end.y - 2}, theme.actor(event.actor), 1);
  float const y = at.y + (height - theme.fonts.text.size) / 2;
  float const numbers = measure(theme.fonts.small, "8888888").x;
  std::string const label = std::to_string(step);
  draw_text(list, theme.fonts.small, {at.x + numbers - measure(theme.fonts.small, label).x, y + theme.scale},
            theme.text_faint, label);
  float const left = numbers + theme.unit;
  std::string const whole = sentence(context.trace, step);
  bool const to_come = context.step != no_step && step > context.step;
  ImU32 const colour = colour_of(event, theme, to_come);
  draw_text_within(list, theme.fonts.text, {at.x + left, y}, width - left - 0.5F * theme.unit, colour, whole);
  if (hovered) tooltip_of_last(fmt::format("{}\n{} after the start", whole, duration(event.time)));
}

}  // namespace qs::gui
