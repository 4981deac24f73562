#include "gui/panes/lecture/caption_view.hpp"

#include <algorithm>

#include "gui/draw/widgets.hpp"

namespace qs::gui {
namespace {

struct Block {
  float what = 0, why = 0;  ///< sizes of the letters
  float height = 0, what_height = 0;
};

float height_of(Font font, float size, float width, std::string const& words) {
  return words.empty() ? 0 : font.face->CalcTextSizeA(size, 1e9F, width, words.c_str()).y;
}

/// The largest letters with which both sentences fit.
Block fitting(Caption const& caption, Theme const& theme, float width, float height) {
  Block block;
  for (float part = 1; part > 0.5F; part -= 0.06F) {
    block.what = theme.fonts.title.size * part;
    block.why = std::max(theme.fonts.text.size * 1.1F * part, theme.fonts.small.size * 0.8F);
    block.what_height = height_of(theme.fonts.title, block.what, width, caption.what);
    block.height = block.what_height + height_of(theme.fonts.text, block.why, width, caption.why);
    if (block.height <= height) break;
  }
  return block;
}

/// "acts | every step", right-aligned; returns whether it was clicked.
bool level_switch(DetailLevel level, Theme const& theme, Rect const& rect, UiTestLog& report) {
  constexpr char const* names[] = {"acts", "every step"};
  Font const font = theme.fonts.small;
  float const gap = 0.8F * theme.unit;
  float const width = measure(font, names[0]).x + measure(font, names[1]).x + 4 * gap;
  float const height = font.size + gap;
  ImVec2 const at{rect.right - width - theme.unit, rect.top + 0.6F * theme.unit};
  ImGui::SetCursorScreenPos(at);
  bool const clicked = ImGui::InvisibleButton("detail", {width, height});
  report.last_widget("detail");
  tooltip_of_last("One step is one act (put, get, join...), or every lock and byte  (E)");
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + width, at.y + height}, theme.inset, height / 2);
  float x = at.x;
  for (int i = 0; i < 2; ++i) {
    bool const chosen = (level == DetailLevel::acts) == (i == 0);
    float const own = measure(font, names[i]).x + 2 * gap;
    if (chosen) list->AddRectFilled({x, at.y}, {x + own, at.y + height}, theme.card_hover, height / 2);
    draw_text(list, font, {x + gap, at.y + gap / 2}, chosen ? theme.text : theme.text_faint, names[i]);
    x += own;
  }
  return clicked;
}

}  // namespace

float caption_height(Theme const& theme) {
  return 1.25F * theme.fonts.title.size + 2.5F * theme.fonts.text.size * 1.1F + 1.4F * theme.unit;
}

bool draw_caption(Caption const& caption, std::optional<DetailLevel> level, Theme const& theme, Rect const& rect,
                  UiTestLog& report) {
  if (rect.empty()) return false;
  Pane const pane("caption", rect, theme, theme.panel, 0);
  report.widget("caption", rect);
  ImDrawList* list = ImGui::GetWindowDrawList();
  float const left = rect.left + 2 * theme.unit;
  bool const narrow = !level || rect.width() < 60 * theme.unit;  // then the switch has its key only
  float const switch_width = narrow ? 0 : measure(theme.fonts.small, "actsevery step").x + 5 * theme.unit;
  float const width = std::max(rect.width() - 3 * theme.unit - switch_width, rect.width() / 2);
  float const height = rect.height() - 1.2F * theme.unit;
  Block const block = fitting(caption, theme, width, height);
  float const top = rect.top + (rect.height() - std::min(block.height, height)) / 2;
  list->AddText(theme.fonts.title.face, block.what, {left, top}, theme.text, caption.what.c_str(), nullptr, width);
  list->AddText(theme.fonts.text.face, block.why, {left, top + block.what_height}, theme.text_soft, caption.why.c_str(),
                nullptr, width);
  list->AddLine({rect.left, rect.bottom - 0.5F}, {rect.right, rect.bottom - 0.5F}, theme.line);
  return !narrow && level_switch(*level, theme, rect, report);
}

}  // namespace qs::gui
