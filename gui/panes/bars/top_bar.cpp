#include "gui/panes/bars/top_bar.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "gui/draw/widgets.hpp"

namespace qs::gui {
namespace {

/// Drawn text, vertically in the middle of the bar; returns where it ends.
float words_at(ImDrawList* list, Font font, float x, Rect const& rect, float room, ImU32 colour,
               std::string_view words) {
  float const width = std::min(measure(font, words).x, std::max(room, 0.0F));
  draw_text_within(list, font, {x, rect.top + (rect.height() - font.size) / 2}, width + 1, colour, words);
  return x + width;
}

float label_width(Theme const& theme) { return measure(theme.fonts.small, "Text 100 %").x + 0.5F * theme.unit; }

}  // namespace

float TopBar::height(Theme const& theme) { return theme.fonts.text.size + 2.9F * theme.unit; }

std::optional<float> TopBar::scale_slider(float now, Theme const& theme, float width, UiTestLog& report) {
  if (!dragging_) percent_ = now * 100;
  ImVec2 const at = ImGui::GetCursorScreenPos();
  float const label = label_width(theme);
  float const y = at.y + (ImGui::GetFrameHeight() - theme.fonts.small.size) / 2;
  draw_text(ImGui::GetWindowDrawList(), theme.fonts.small, {at.x, y}, theme.text_soft,
            fmt::format("Text {:.0f} %", percent_));
  ImGui::SetCursorScreenPos({at.x + label, at.y});
  bool const was_dragging = dragging_;
  dragging_ = slim_slider("font_scale", theme, width - label, percent_, 70, 250, Scaling::logarithmic);
  report.last_widget("font_scale");
  bool const chosen = was_dragging && !dragging_;
  tooltip_of_last("Text size  (Ctrl + and Ctrl -)");
  return chosen ? std::optional(percent_ / 100) : std::nullopt;
}

void TopBar::words(TopBarFacts const& facts, Theme const& theme, Rect const& rect) {
  float const unit = theme.unit;
  ImDrawList* list = ImGui::GetWindowDrawList();
  float x = words_at(list, theme.fonts.title, rect.left, rect, rect.width(), theme.text, "Queuescope") + 2.5F * unit;
  if (facts.title.empty()) return;
  float const status = facts.status.empty() ? 0 : pill_width(theme, facts.status);
  x = words_at(list, theme.fonts.strong, x, rect, rect.right - x - status - 3 * unit, theme.text, facts.title);
  if (status > 0 && x + status + 1.25F * unit < rect.right) {
    ImGui::SetCursorScreenPos({x + 1.25F * unit, rect.top + (rect.height() - ImGui::GetFrameHeight()) / 2});
    pill(theme, facts.status, facts.status_colour, ink_on(facts.status_colour, theme));
    x += status + 3 * unit;
  }
  if (rect.right - x > 10 * unit) {
    words_at(list, theme.fonts.text, x, rect, rect.right - x, theme.text_faint, facts.details);
  }
}

std::optional<float> TopBar::draw(TopBarFacts const& facts, Theme const& theme, Rect const& rect, UiTestLog& report,
                                  std::vector<Action>& wishes) {
  Pane const pane("top bar", rect, theme, theme.panel, 0);
  float const unit = theme.unit;
  float const side = ImGui::GetFrameHeight();
  float const top = rect.top + (rect.height() - side) / 2;
  ImGui::GetWindowDrawList()->AddLine({rect.left, rect.bottom - 1}, {rect.right, rect.bottom - 1}, theme.line);

  auto button = [&](float x, char const* id, Icon icon, Action action) {
    ImGui::SetCursorScreenPos({x, top});
    if (icon_button(id, icon, theme, tooltip(action), Emphasis::quiet)) wishes.push_back(action);
    report.last_widget(id);
  };
  Rect middle = rect.inset(unit, 0);
  if (facts.browser) button(cut_left(middle, side + unit).left, "toggle_browser", Icon::panel, Action::toggle_browser);
  button(cut_right(middle, side).left, "help", Icon::help, Action::help);
  button(cut_right(middle, side + 0.5F * unit).left, "theme", theme.mode == Theme::Mode::dark ? Icon::sun : Icon::moon,
         Action::toggle_theme);
  Rect const slider = cut_right(middle, std::min(label_width(theme) + 12 * unit, middle.width() / 3));
  ImGui::SetCursorScreenPos({slider.left, top});
  auto const scale = scale_slider(facts.font_scale, theme, slider.width() - unit, report);
  cut_right(middle, 1.5F * unit);
  if (facts.exports && middle.width() > 50 * unit) {
    constexpr char label[] = "Export\u2026";
    float const width = measure(theme.fonts.text, label).x + 2 * unit;
    ImGui::SetCursorScreenPos({cut_right(middle, width).left, top});
    if (ImGui::Button(label, {width, 0})) wishes.push_back(Action::export_run);
    report.last_widget("export");
    tooltip_of_last(tooltip(Action::export_run));
    cut_right(middle, 1.5F * unit);
  }
  words(facts, theme, middle);
  return scale;
}

}  // namespace qs::gui
