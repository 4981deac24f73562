#include "gui/draw/canvas.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

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

Canvas::Path Canvas::curve(Port from, Port to) const {
  float const distance = std::hypot(to.at.x - from.at.x, to.at.y - from.at.y);
  // Between two boxes of one column it stays in the gutter.
  float const most = px(from.way == to.way ? 5 : 26);
  float const bow = std::clamp(distance * 0.42F, std::min({distance, px(2.5F), most}), most);
  ImVec2 const a = at(from.at), b = at(from.at + from.way * bow), c = at(to.at + to.way * bow), d = at(to.at);
  constexpr int pieces = 40;
  Path path;
  path.reserve(pieces + 1);
  for (int i = 0; i <= pieces; ++i) path.push_back(on_curve(a, b, c, d, static_cast<float>(i) / pieces));
  return path;
}

void Canvas::stroke_path(Path const& path, ImU32 colour, float thickness, Stroke stroke) const {
  if (stroke == Stroke::solid) {
    list_->AddPolyline(path.data(), static_cast<int>(path.size()), colour, 0, thickness);
    return;
  }
  float const dash = px(1) + thickness, space = px(0.6F) + thickness * 0.5F;
  float left = dash;  // of this dash, or of this space
  bool ink = true;
  for (std::size_t i = 1; i < path.size(); ++i) {
    ImVec2 from = path[i - 1];
    ImVec2 const to = path[i];
    float length = std::hypot(to.x - from.x, to.y - from.y);
    while (length > 0.01F) {
      float const part = std::min(left, length);
      ImVec2 const end{from.x + (to.x - from.x) * part / length, from.y + (to.y - from.y) * part / length};
      if (ink) list_->AddLine(from, end, colour, thickness);
      from = end;
      length -= part;
      left -= part;
      if (left > 0.01F) continue;
      ink = !ink;
      left = ink ? dash : space;
    }
  }
}

void Canvas::head(Path const& path, ImU32 colour, float thickness) const {
  ImVec2 const tip = path.back();
  float const size = px(1.1F) + thickness;
  auto const behind = std::find_if(path.rbegin(), path.rend(),
                                   [&](ImVec2 at) { return std::hypot(tip.x - at.x, tip.y - at.y) >= size * 0.8F; });
  ImVec2 const before = behind == path.rend() ? path.front() : *behind;
  float const angle = std::atan2(tip.y - before.y, tip.x - before.x);
  auto const wing = [&](float turn) {
    return ImVec2{tip.x - size * std::cos(angle + turn), tip.y - size * std::sin(angle + turn)};
  };
  list_->AddTriangleFilled(tip, wing(0.45F), wing(-0.45F), colour);
}

std::string Canvas::fitting(Font font, float width, std::initializer_list<std::string> words) {
  auto const fits = [&](std::string const& some) { return measure(font, some).x <= width; };
  auto const found = std::find_if(words.begin(), words.end(), fits);
  return found == words.end() ? *std::prev(words.end()) : *found;
}

std::string Canvas::fitting_name(Font font, float width, std::string const& name) {
  auto const dash = name.rfind('-');
  if (measure(font, name).x <= width || dash == std::string::npos || name.size() - dash > 5) return name;
  std::string const tail = "\u2026" + name.substr(dash);
  for (std::size_t kept = dash; kept > 0; --kept) {
    std::string shorter = name.substr(0, kept) + tail;
    if (measure(font, shorter).x <= width) return shorter;
  }
  return name.substr(dash + 1);
}

void Canvas::arrow(Port from, Port to, ImU32 colour, float thickness, Stroke stroke) const {
  Path const path = curve(from, to);
  stroke_path(path, colour, thickness, stroke);
  head(path, colour, thickness);
}

void Canvas::detour(Port from, Port to, float road, ImU32 colour, float thickness, Stroke stroke) const {
  Vec2 const out = from.at + from.way * px(2), in = to.at + to.way * px(2.5F);
  Vec2 const corners[] = {from.at, out, {out.x, road}, {in.x, road}, in, to.at};
  Path path{at(from.at)};
  // Every corner is rounded: half way along each side the next bend begins.
  for (std::size_t i = 1; i + 1 < std::size(corners); ++i) {
    auto const towards = [&](Vec2 other) {
      float const length = std::max(0.01F, std::hypot(other.x - corners[i].x, other.y - corners[i].y));
      return corners[i] + (other - corners[i]) * (std::min(px(1.5F), length / 2) / length);
    };
    Vec2 const begin = towards(corners[i - 1]), end = towards(corners[i + 1]);
    for (int k = 0; k <= 6; ++k) {
      float const t = static_cast<float>(k) / 6;
      path.push_back(at(begin * ((1 - t) * (1 - t)) + corners[i] * (2 * t * (1 - t)) + end * (t * t)));
    }
  }
  path.push_back(at(to.at));
  stroke_path(path, colour, thickness, stroke);
  head(path, colour, thickness);
}

void Canvas::link(Port from, Port to, ImU32 colour, float thickness) const {
  Path const path = curve(from, to);
  stroke_path(path, colour, thickness, Stroke::solid);
  list_->AddCircleFilled(path.front(), thickness * 1.8F, colour, 12);
  list_->AddCircleFilled(path.back(), thickness * 1.8F, colour, 12);
}

}  // namespace qs::gui
