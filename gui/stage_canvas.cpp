#include "gui/stage_canvas.hpp"

#include <algorithm>
#include <cmath>

namespace qs::gui {
namespace {

ImVec2 on_curve(ImVec2 a, ImVec2 b, ImVec2 c, ImVec2 d, float t) {
  float const s = 1 - t;
  float const wa = s * s * s, wb = 3 * s * s * t, wc = 3 * s * t * t, wd = t * t * t;
  return {wa * a.x + wb * b.x + wc * c.x + wd * d.x, wa * a.y + wb * b.y + wc * c.y + wd * d.y};
}

}  // namespace

void Canvas::fill(Rect rect, ImU32 colour, float rounding) const {
  if (!rect.empty()) list_->AddRectFilled(at({rect.left, rect.top}), at({rect.right, rect.bottom}), colour, rounding);
}

void Canvas::outline(Rect rect, ImU32 colour, float rounding, float thickness) const {
  if (!rect.empty())
    list_->AddRect(at({rect.left, rect.top}), at({rect.right, rect.bottom}), colour, rounding, 0, thickness);
}

void Canvas::dashed_outline(Rect rect, ImU32 colour) const {
  float const dash = px(0.75F);
  auto const edge = [&](ImVec2 from, ImVec2 to) {
    float const length = std::hypot(to.x - from.x, to.y - from.y);
    if (length < 1) return;
    ImVec2 const step{(to.x - from.x) / length, (to.y - from.y) / length};
    for (float done = 0; done < length; done += 2 * dash) {
      float const end = std::min(done + dash, length);
      list_->AddLine({from.x + step.x * done, from.y + step.y * done}, {from.x + step.x * end, from.y + step.y * end},
                     colour);
    }
  };
  ImVec2 const a = at({rect.left, rect.top}), b = at({rect.right, rect.top}), c = at({rect.right, rect.bottom}),
               d = at({rect.left, rect.bottom});
  edge(a, b);
  edge(b, c);
  edge(c, d);
  edge(d, a);
}

void Canvas::hatch(Rect rect, ImU32 colour, float spacing) const {
  if (rect.empty()) return;
  list_->PushClipRect(at({rect.left, rect.top}), at({rect.right, rect.bottom}), true);
  float const step = std::max(spacing, (rect.width() + rect.height()) / 60);
  for (float x = rect.left - rect.height(); x < rect.right; x += step)
    list_->AddLine(at({x, rect.bottom}), at({x + rect.height(), rect.top}), colour, std::max(1.F, spacing * 0.14F));
  list_->PopClipRect();
}

float Canvas::text(Rect rect, Font font, ImU32 colour, std::string_view words, Align align) const {
  if (rect.empty() || words.empty() || rect.width() < font.size * 0.7F) return rect.left;
  float const wide = std::min(measure(font, words).x, rect.width());
  float x = rect.left;
  if (align == Align::centre) x += (rect.width() - wide) / 2;
  if (align == Align::right) x = rect.right - wide;
  bool const tall = font.size > rect.height() + 2;
  if (tall) list_->PushClipRect(at({rect.left, rect.top}), at({rect.right, rect.bottom}), true);
  draw_text_within(list_, font, at({x, rect.centre().y - font.size / 2}), rect.right - x + 0.5F, colour, words);
  if (tall) list_->PopClipRect();
  return x + wide;
}

Rect Canvas::tag_right(Rect rect, Font font, ImU32 background, ImU32 colour, std::string_view words) const {
  float const wide = std::min(measure(font, words).x + px(1.6F), rect.width());
  Rect tag = cut_right(rect, wide);
  tag = tag.inset(0, std::max(0.F, (tag.height() - font.size - px(0.5F)) / 2));
  fill(tag, background, tag.height() / 2);
  text(tag, font, colour, words, Align::centre);
  cut_right(rect, px(0.6F));
  return rect;
}

void Canvas::item(Rect rect, ItemId item, bool sentinel, std::string_view label, float alpha) const {
  if (rect.empty()) return;
  ImU32 const body = with_alpha(sentinel ? theme_.sentinel : theme_.item(item), alpha);
  ImU32 const ink = with_alpha(sentinel ? theme_.on_sentinel : theme_.on_item, alpha);
  Font font = theme_.fonts.small;
  if (sentinel) {
    float const point = std::min(rect.height() * 0.42F, rect.width() / 2);
    ImVec2 const outline[6] = {at({rect.left, rect.centre().y}),      at({rect.left + point, rect.top}),
                               at({rect.right - point, rect.top}),    at({rect.right, rect.centre().y}),
                               at({rect.right - point, rect.bottom}), at({rect.left + point, rect.bottom})};
    list_->AddConvexPolyFilled(outline, 6, body);
    list_->AddPolyline(outline, 6, ink, ImDrawFlags_Closed, 1.25F);
  } else {
    fill(rect, body, std::min(px(0.6F), rect.height() * 0.3F));
  }
  if (rect.height() >= font.size * 0.8F) text(rect.inset(px(0.3F), 0), font, ink, label, Align::centre);
}

void Canvas::fold(Rect rect, std::size_t count) const {
  std::string const words = "+" + std::to_string(count);
  for (int sheet = 2; sheet >= 0; --sheet) {
    Rect page = rect.inset(px(0.25F) * 2, 0).moved({px(0.25F) * static_cast<float>(sheet - 1), 0});
    page = page.inset(0, px(0.25F) * static_cast<float>(sheet));
    fill(page, theme_.card_hover, px(0.4F));
    outline(page, theme_.line_strong, px(0.4F));
  }
  text(rect.inset(px(0.3F), 0), theme_.fonts.small, theme_.text, words, Align::centre);
}

Canvas::Curve Canvas::curve(Port from, Port to) const {
  float const distance = std::hypot(to.at.x - from.at.x, to.at.y - from.at.y);
  float const bow = std::clamp(distance * 0.42F, std::min(distance, px(2.5F)), px(26));
  return {at(from.at), at(from.at + from.way * bow), at(to.at + to.way * bow), at(to.at)};
}

void Canvas::arrow(Port from, Port to, ImU32 colour, float thickness, Stroke stroke) const {
  auto const [a, b, c, d] = curve(from, to);
  if (stroke == Stroke::solid) {
    list_->AddBezierCubic(a, b, c, d, colour, thickness, 24);
  } else {
    float const length = std::hypot(d.x - a.x, d.y - a.y);
    int const dashes = std::clamp(static_cast<int>(length / px(1.6F)), 4, 80);
    for (int i = 0; i < dashes; ++i) {
      float const start = static_cast<float>(i) / static_cast<float>(dashes);
      float const end = start + 0.6F / static_cast<float>(dashes);
      list_->AddLine(on_curve(a, b, c, d, start), on_curve(a, b, c, d, end), colour, thickness);
    }
  }
  ImVec2 const before = on_curve(a, b, c, d, 0.94F);
  float const angle = std::atan2(d.y - before.y, d.x - before.x);
  float const head = px(1.1F) + thickness;
  auto const wing = [&](float turn) {
    return ImVec2{d.x - head * std::cos(angle + turn), d.y - head * std::sin(angle + turn)};
  };
  list_->AddTriangleFilled(d, wing(0.45F), wing(-0.45F), colour);
}

void Canvas::link(Port from, Port to, ImU32 colour, float thickness) const {
  auto const [a, b, c, d] = curve(from, to);
  list_->AddBezierCubic(a, b, c, d, colour, thickness, 24);
  list_->AddCircleFilled(a, thickness * 1.8F, colour, 12);
  list_->AddCircleFilled(d, thickness * 1.8F, colour, 12);
}

}  // namespace qs::gui
