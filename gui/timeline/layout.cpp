#include "gui/timeline/layout.hpp"

#include <algorithm>
#include <cmath>

namespace qs::gui {

TimelineLayout layout_timeline(std::size_t lanes, Vec2 size, float unit, float line, float names, float scroll) {
  TimelineLayout layout;
  layout.area = {0, 0, size.x, size.y};
  Rect rest = layout.area;
  bool const two_lines = size.x < 140 * unit && size.y > 22 * unit;
  if (size.y > 18 * unit) layout.legend = cut_bottom(rest, (two_lines ? 5 : 3) * unit);
  Rect top = cut_top(rest, std::min(2.75F * unit, size.y * 0.25F));
  float const column = std::min(names, size.x * 0.3F);
  cut_left(top, column);
  layout.ruler = top;
  layout.names = cut_left(rest, column);
  layout.lanes = rest;

  float const lowest = 1.1F * unit, highest = 4 * unit;
  layout.count = lanes;
  layout.lane_height = std::clamp(rest.height() / static_cast<float>(std::max<std::size_t>(lanes, 1)), lowest, highest);
  layout.name_height = std::max(line, layout.lane_height);
  layout.scroll = std::clamp(scroll, 0.F, layout.most_scroll());
  return layout;
}

float TimelineLayout::most_scroll() const {
  return std::max(0.F, static_cast<float>(count) * lane_height - lanes.height());
}

Rect TimelineLayout::lane(std::size_t index) const {
  float const top = lanes.top + static_cast<float>(index) * lane_height - scroll;
  return {lanes.left, top, lanes.right, top + lane_height};
}

Rect TimelineLayout::name(std::size_t index) const {
  Rect row = lane(index);
  row.left = names.left;
  row.right = names.right;
  float const middle = row.centre().y;
  row.top = middle - name_height / 2;
  row.bottom = middle + name_height / 2;
  return row;
}

std::optional<std::size_t> TimelineLayout::lane_at(float y) const {
  if (y < lanes.top || y >= lanes.bottom || lane_height <= 0) return std::nullopt;
  auto const index = static_cast<std::size_t>((y - lanes.top + scroll) / lane_height);
  return index < count ? std::optional{index} : std::nullopt;
}

std::pair<std::size_t, std::size_t> TimelineLayout::visible() const {
  if (lane_height <= 0) return {0, 0};
  auto const first = static_cast<std::size_t>(scroll / lane_height);
  auto const last = static_cast<std::size_t>(std::ceil((scroll + lanes.height()) / lane_height));
  return {std::min(first, count), std::min(last, count)};
}

}  // namespace qs::gui
