#include "gui/panes/help.hpp"

#include <algorithm>
#include <string>

#include "gui/draw/glyphs.hpp"
#include "gui/draw/widgets.hpp"
#include "gui/state/actions.hpp"

namespace qs::gui {
namespace {

void key_row(Theme const& theme, ActionFacts const& row, float keys) {
  ImVec2 const at = ImGui::GetCursorScreenPos();
  ImDrawList* list = ImGui::GetWindowDrawList();
  ImVec2 const size = measure(theme.fonts.small, row.keys);
  float const height = theme.fonts.text.size + 0.5F * theme.unit;
  list->AddRectFilled({at.x, at.y}, {at.x + size.x + theme.unit, at.y + height}, mix(theme.card, theme.text, 0.1F),
                      0.6F * theme.rounding);
  draw_text(list, theme.fonts.small, {at.x + 0.5F * theme.unit, at.y + (height - size.y) / 2}, theme.text, row.keys);
  draw_text_within(list, theme.fonts.text, {at.x + keys, at.y + (height - theme.fonts.text.size) / 2},
                   ImGui::GetContentRegionAvail().x - keys, theme.text_soft, row.words);
  ImGui::Dummy({1, height});
}

/// A page replays a run: it has no program, no files and no window of its own.
bool only_in_window(Action action) {
  switch (action) {
    case Action::follow_live:
    case Action::show_schedule:
    case Action::run_stop:
    case Action::run_other:
    case Action::find_scenario:
    case Action::toggle_browser:
    case Action::presenter:
    case Action::save:
    case Action::export_run:
    case Action::larger_text:
    case Action::smaller_text:
    case Action::usual_text:
    case Action::quit: return true;
    default: return false;
  }
}

void keys_of(Theme const& theme, std::string_view group, Help help) {
  heading(theme, group);
  float keys = 0;
  for (ActionFacts const& row : actions()) keys = std::max(keys, measure(theme.fonts.small, row.keys).x);
  for (ActionFacts const& row : actions()) {
    if (row.group == group && (help == Help::window || !only_in_window(row.action)))
      key_row(theme, row, keys + 2 * theme.unit);
  }
  ImGui::Dummy({1, theme.unit});
}

void shapes(Theme const& theme) {
  heading(theme, "States");
  float const radius = 0.55F * theme.unit;
  for (ActorState state : {ActorState::unborn, ActorState::running, ActorState::sleeping, ActorState::blocked,
                           ActorState::exiting, ActorState::ended, ActorState::killed}) {
    ImVec2 const at = ImGui::GetCursorScreenPos();
    draw_state_mark(ImGui::GetWindowDrawList(), theme, {at.x + theme.unit, at.y + theme.fonts.text.size * 0.55F},
                    radius, state);
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + 3 * theme.unit);
    paragraph(word(state), theme.text_soft);
  }
}

}  // namespace

bool draw_help(Theme const& theme, Vec2 window, UiTestLog& report, Help help) {
  Overlay const overlay("help", theme, window, {118, 86});
  {
    WithFont const font(theme.fonts.title);
    ImGui::TextUnformatted("Keys");
  }
  ImGui::SameLine(ImGui::GetContentRegionAvail().x - ImGui::GetFrameHeight());
  bool const open = !icon_button("close_help", Icon::close, theme, "Close  (Esc)", Emphasis::quiet);
  report.last_widget("close_help");
  ImGui::Dummy({1, 0.5F * theme.unit});
  bool const wide = overlay.width() > 90 * theme.unit;
  if (ImGui::BeginTable("keys", wide ? 3 : 1, ImGuiTableFlags_SizingStretchSame)) {
    ImGui::TableNextColumn();
    keys_of(theme, "Playing", help);
    keys_of(theme, "Jumping", help);
    ImGui::TableNextColumn();
    keys_of(theme, "Looking", help);
    shapes(theme);
    ImGui::TableNextColumn();
    if (help == Help::window) keys_of(theme, "You are the scheduler", help);
    keys_of(theme, "The window", help);
    ImGui::EndTable();
  }
  return open && !overlay.clicked_outside();
}

}  // namespace qs::gui
