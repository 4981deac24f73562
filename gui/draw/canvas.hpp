// What the parts of the stage draw with: rectangles and texts at stage coordinates, in the theme's colours.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <imgui.h>

#include "gui/draw/geometry.hpp"
#include "gui/draw/theme.hpp"

namespace qs::gui {

enum class Align : std::uint8_t { left, centre, right };

/// Where a curve touches a box, and the way that leads out of the box there.
struct Port {
  Vec2 at;
  Vec2 way;
};

class Canvas {
 public:
  Canvas(ImDrawList* list, Theme const& theme, ImVec2 origin) : list_(list), theme_(theme), origin_(origin) {}

  ImDrawList* list() const { return list_; }
  Theme const& theme() const { return theme_; }
  float px(float units) const { return units * theme_.unit; }
  ImVec2 at(Vec2 p) const { return {origin_.x + p.x, origin_.y + p.y}; }

  void fill(Rect rect, ImU32 colour, float rounding = 0) const;
  void outline(Rect rect, ImU32 colour, float rounding = 0, float thickness = 1) const;
  void dashed_outline(Rect rect, ImU32 colour) const;
  void hatch(Rect rect, ImU32 colour, float spacing) const;
  /// One line, centred in height, cut with an ellipsis; returns where it ends.
  float text(Rect rect, Font font, ImU32 colour, std::string_view words, Align align = Align::left) const;
  /// The first of these words that fits the width; the last one if none does.
  static std::string fitting(Font font, float width, std::initializer_list<std::string> words);
  /// A name that does not fit, without its middle: what tells worker-1 from worker-2 stays.
  static std::string fitting_name(Font font, float width, std::string const& name);
  /// A rounded tag as wide as its words, from the right end of `rect`; returns what is left of `rect`.
  Rect tag_right(Rect rect, Font font, ImU32 background, ImU32 colour, std::string_view words) const;
  /// An item: a rounded box in its producer's colour, or a pointed one for a sentinel.
  void item(Rect rect, ItemId item, bool sentinel, std::string_view label, float alpha = 1) const;
  void fold(Rect rect, std::size_t count) const;

  enum class Stroke : std::uint8_t { solid, dashed };
  /// Leaves `from` and reaches `to` along their ways, with an arrow head at its end.
  void arrow(Port from, Port to, ImU32 colour, float thickness, Stroke stroke) const;
  /// As curve(), with a horizontal stretch along `road` in between.
  void detour(Port from, Port to, float road, ImU32 colour, float thickness, Stroke stroke) const;
  /// The same with a dot at both ends.
  void link(Port from, Port to, ImU32 colour, float thickness) const;

 private:
  using Path = std::vector<ImVec2>;
  Path curve(Port from, Port to) const;
  void stroke_path(Path const& path, ImU32 colour, float thickness, Stroke stroke) const;
  void head(Path const& path, ImU32 colour, float thickness) const;

  ImDrawList* list_;
  Theme const& theme_;
  ImVec2 origin_;
};

}  // namespace qs::gui
