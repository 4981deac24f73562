#include "gui/panes/bars/banner.hpp"

#include <algorithm>

#include "gui/draw/widgets.hpp"

namespace qs::gui {
namespace {

float text_width(Theme const& theme, float width) { return std::max(width - 9 * theme.unit, 10 * theme.unit); }

ImVec2 wrapped(Banner const& banner, Theme const& theme, float width) {
  Font const& font = theme.fonts.text;
  return font.face->CalcTextSizeA(font.size, 1e9F, text_width(theme, width), banner.text.c_str());
}

}  // namespace

float banner_height(Banner const& banner, Theme const& theme, float width) {
  if (!banner.visible()) return 0;
  return std::max(wrapped(banner, theme, width).y, theme.fonts.text.size + theme.unit) + 1.5F * theme.unit;
}

bool draw_banner(Banner const& banner, Theme const& theme, Rect const& rect, UiTestLog& report) {
  ImU32 const colour = banner.tone == Banner::Tone::error     ? theme.error
                       : banner.tone == Banner::Tone::warning ? theme.warning
                                                              : theme.accent;
  Pane const pane("banner", rect, theme, mix(theme.panel, colour, 0.16F), 0);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({rect.left, rect.top}, {rect.left + 0.6F * theme.unit, rect.bottom}, colour);
  Font const& font = theme.fonts.text;
  ImVec2 const size = wrapped(banner, theme, rect.width());
  list->AddText(font.face, font.size, {rect.left + 2 * theme.unit, rect.top + (rect.height() - size.y) / 2}, theme.text,
                banner.text.c_str(), nullptr, text_width(theme, rect.width()));
  float const side = ImGui::GetFrameHeight();
  ImGui::SetCursorScreenPos({rect.right - side - theme.unit, rect.top + (rect.height() - side) / 2});
  bool const closed = icon_button("close_banner", Icon::close, theme, "Close", Emphasis::quiet);
  report.last_widget("close_banner");
  return !closed;
}

}  // namespace qs::gui
