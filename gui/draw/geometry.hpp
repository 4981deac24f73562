// Plain points and rectangles in pixels, x to the right and y down: layouts are made of them and are tested
// without a window.
#pragma once

#include <algorithm>
#include <numbers>

namespace qs::gui {

inline constexpr float pi = std::numbers::pi_v<float>;

struct Vec2 {
  float x = 0, y = 0;
  friend constexpr Vec2 operator+(Vec2 a, Vec2 b) { return {a.x + b.x, a.y + b.y}; }
  friend constexpr Vec2 operator-(Vec2 a, Vec2 b) { return {a.x - b.x, a.y - b.y}; }
  friend constexpr Vec2 operator*(Vec2 a, float factor) { return {a.x * factor, a.y * factor}; }
  friend constexpr bool operator==(Vec2, Vec2) = default;
};

struct Rect {
  float left = 0, top = 0, right = 0, bottom = 0;

  constexpr float width() const { return right - left; }
  constexpr float height() const { return bottom - top; }
  constexpr bool empty() const { return right <= left || bottom <= top; }
  constexpr Vec2 centre() const { return {(left + right) / 2, (top + bottom) / 2}; }
  constexpr bool contains(Vec2 p) const { return p.x >= left && p.x < right && p.y >= top && p.y < bottom; }
  constexpr bool contains(Rect r) const {
    return r.left >= left && r.right <= right && r.top >= top && r.bottom <= bottom;
  }
  constexpr bool overlaps(Rect r) const { return left < r.right && r.left < right && top < r.bottom && r.top < bottom; }
  constexpr Rect moved(Vec2 by) const { return {left + by.x, top + by.y, right + by.x, bottom + by.y}; }
  /// Smaller on every side; never turned inside out.
  constexpr Rect inset(float dx, float dy) const {
    float const x = std::min(dx, width() / 2), y = std::min(dy, height() / 2);
    return {left + x, top + y, right - x, bottom - y};
  }
  constexpr Rect inset(float by) const { return inset(by, by); }
  friend constexpr bool operator==(Rect const&, Rect const&) = default;
};

/// Cuts a strip off one side of `rest` and returns it; at most what is there.
constexpr Rect cut_top(Rect& rest, float height) {
  Rect strip = rest;
  strip.bottom = rest.top = std::min(rest.bottom, rest.top + std::max(height, 0.0F));
  return strip;
}
constexpr Rect cut_bottom(Rect& rest, float height) {
  Rect strip = rest;
  strip.top = rest.bottom = std::max(rest.top, rest.bottom - std::max(height, 0.0F));
  return strip;
}
constexpr Rect cut_left(Rect& rest, float width) {
  Rect strip = rest;
  strip.right = rest.left = std::min(rest.right, rest.left + std::max(width, 0.0F));
  return strip;
}
constexpr Rect cut_right(Rect& rest, float width) {
  Rect strip = rest;
  strip.left = rest.right = std::max(rest.left, rest.right - std::max(width, 0.0F));
  return strip;
}

constexpr Rect blend(Rect const& from, Rect const& to, float part) {
  auto const between = [part](float a, float b) { return a + (b - a) * part; };
  return {between(from.left, to.left), between(from.top, to.top), between(from.right, to.right),
          between(from.bottom, to.bottom)};
}

/// Slow at both ends: 0 -> 0, 1 -> 1.
constexpr float eased(float part) {
  float const p = std::clamp(part, 0.0F, 1.0F);
  return p * p * (3 - 2 * p);
}

}  // namespace qs::gui
