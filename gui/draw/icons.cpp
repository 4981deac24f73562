#include <algorithm>
#include <numbers>

#include "gui/draw/widgets.hpp"

namespace qs::gui {
namespace {

struct Pen {
  ImDrawList* list;
  ImVec2 centre;
  float r;
  ImU32 colour;

  ImVec2 at(float x, float y) const { return {centre.x + x * r, centre.y + y * r}; }
  float stroke() const { return std::max(1.3F, r * 0.24F); }
  void triangle(float tip, float base) const {
    list->AddTriangleFilled(at(base, -0.85F), at(tip, 0), at(base, 0.85F), colour);
  }
  void box(float left, float top, float right, float bottom, float rounding = 0) const {
    list->AddRectFilled(at(left, top), at(right, bottom), colour, rounding * r);
  }
  void line(float x0, float y0, float x1, float y1) const { list->AddLine(at(x0, y0), at(x1, y1), colour, stroke()); }
};

void draw_sun(Pen const& pen) {
  pen.list->AddCircleFilled(pen.centre, pen.r * 0.45F, pen.colour);
  constexpr float corner = 0.7071F;
  for (auto [x, y] : {Vec2{1, 0}, Vec2{0, 1}, Vec2{corner, corner}, Vec2{-corner, corner}}) {
    pen.line(x * 0.7F, y * 0.7F, x, y);
    pen.line(-x * 0.7F, -y * 0.7F, -x, -y);
  }
}

void draw_moon(Pen const& pen) {
  pen.list->PathArcTo(pen.centre, pen.r * 0.9F, -0.3F * pi, 1.05F * pi);
  pen.list->PathBezierCubicCurveTo(pen.at(0.1F, 0.45F), pen.at(0.75F, 0.1F), pen.at(0.53F, -0.73F));
  pen.list->PathStroke(pen.colour, ImDrawFlags_Closed, pen.stroke());
}

/// An arrow that turns back up: waiting is over.
void draw_wake(Pen const& pen) {
  pen.line(-0.5F, 0.8F, -0.5F, -0.7F);
  pen.list->AddTriangleFilled(pen.at(0, -0.85F), pen.at(0.9F, 0), pen.at(0, 0.85F), pen.colour);
}

}  // namespace

void draw_icon(ImDrawList* list, Icon icon, ImVec2 centre, float radius, ImU32 colour, Theme const& theme) {
  Pen const pen{list, centre, radius, colour};
  switch (icon) {
    case Icon::first:
      pen.box(-0.9F, -0.85F, -0.6F, 0.85F);
      pen.triangle(-0.55F, 0.85F);
      break;
    case Icon::last:
      pen.box(0.6F, -0.85F, 0.9F, 0.85F);
      pen.triangle(0.55F, -0.85F);
      break;
    case Icon::back:
      pen.box(0.45F, -0.85F, 0.7F, 0.85F);
      pen.triangle(-0.85F, 0.35F);
      break;
    case Icon::forward:
      pen.box(-0.7F, -0.85F, -0.45F, 0.85F);
      pen.triangle(0.85F, -0.35F);
      break;
    case Icon::play: pen.triangle(0.95F, -0.6F); break;
    case Icon::pause:
    case Icon::block:
      pen.box(-0.75F, -0.85F, -0.2F, 0.85F);
      pen.box(0.2F, -0.85F, 0.75F, 0.85F);
      break;
    case Icon::wake: draw_wake(pen); break;
    case Icon::stop: pen.box(-0.75F, -0.75F, 0.75F, 0.75F, 0.2F); break;
    case Icon::sentinel: list->AddQuadFilled(pen.at(0, -1), pen.at(1, 0), pen.at(0, 1), pen.at(-1, 0), colour); break;
    case Icon::help: {
      ImVec2 const size = measure(theme.fonts.strong, "?");
      draw_text(list, theme.fonts.strong, {centre.x - size.x / 2, centre.y - size.y / 2}, colour, "?");
      break;
    }
    case Icon::sun: draw_sun(pen); break;
    case Icon::moon: draw_moon(pen); break;
    case Icon::close:
      pen.line(-0.7F, -0.7F, 0.7F, 0.7F);
      pen.line(-0.7F, 0.7F, 0.7F, -0.7F);
      break;
    case Icon::panel:
      list->AddRect(pen.at(-1, -0.8F), pen.at(1, 0.8F), colour, radius * 0.25F, 0, pen.stroke());
      pen.box(-0.9F, -0.7F, -0.3F, 0.7F);
      break;
  }
}

bool icon_button(char const* id, Icon icon, Theme const& theme, std::string_view tooltip, Emphasis emphasis) {
  float const side = ImGui::GetFrameHeight();
  ImVec2 const at = ImGui::GetCursorScreenPos();
  bool const clicked = ImGui::InvisibleButton(id, {side, side});
  bool const hovered = ImGui::IsItemHovered();
  ImDrawList* list = ImGui::GetWindowDrawList();
  ImU32 const quiet = emphasis == Emphasis::quiet ? with_alpha(theme.card, 0) : mix(theme.card, theme.text, 0.07F);
  ImU32 fill = emphasis == Emphasis::strong ? theme.accent : quiet;
  if (hovered)
    fill = mix(emphasis == Emphasis::quiet ? theme.card : fill, theme.text, ImGui::IsItemActive() ? 0.25F : 0.14F);
  ImU32 ink = emphasis == Emphasis::strong ? theme.on_accent : theme.text;
  if (ImGui::GetStyle().Alpha < 1) ink = with_alpha(ink, ImGui::GetStyle().Alpha);
  list->AddRectFilled(at, {at.x + side, at.y + side}, fill, theme.rounding * 0.8F);
  draw_icon(list, icon, {at.x + side / 2, at.y + side / 2}, side * 0.24F, ink, theme);
  tooltip_of_last(tooltip);
  return clicked;
}

bool main_button(char const* label, Theme const& theme, float width, ImU32 fill, ImU32 text, Icon icon) {
  float const height = ImGui::GetFrameHeight() + 0.75F * theme.unit;
  ImVec2 const at = ImGui::GetCursorScreenPos();
  bool const clicked = ImGui::InvisibleButton(label, {width, height});
  if (ImGui::IsItemHovered()) fill = mix(fill, theme.text, ImGui::IsItemActive() ? 0.25F : 0.12F);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + width, at.y + height}, fill, theme.rounding);
  ImVec2 const size = measure(theme.fonts.strong, label);
  float const mark = theme.unit * 0.8F;
  float const left = at.x + (width - size.x - 3 * mark) / 2;
  draw_icon(list, icon, {left + mark, at.y + height / 2}, mark, text, theme);
  draw_text(list, theme.fonts.strong, {left + 3 * mark, at.y + (height - size.y) / 2}, text, label);
  return clicked;
}

}  // namespace qs::gui
