// Where the timeline's lanes are. Pure geometry.
//
//   +---------------+------------------------------------------+
//   |               | ruler                                    |
//   +---------------+------------------------------------------+
//   | names         | lanes: [0], [1], ... scrolled by `scroll` |
//   +---------------+------------------------------------------+
//   | legend                                                   |
//   +----------------------------------------------------------+
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "gui/draw/geometry.hpp"

namespace qs::gui {

struct TimelineLayout {
  Rect area, ruler, names, lanes, legend;
  std::size_t count = 0;
  float lane_height = 0;
  float scroll = 0;       ///< pixels of the lanes above the window
  float name_height = 0;  ///< more than a lane's where lanes are lower than a line

  float most_scroll() const;
  Rect lane(std::size_t index) const;  ///< may be outside of `lanes`
  Rect name(std::size_t index) const;
  std::optional<std::size_t> lane_at(float y) const;
  /// First and one past the last lane that can be seen.
  std::pair<std::size_t, std::size_t> visible() const;
};

/// `unit` is the spacing grid, `line` the height of a line of small text. Many lanes get lower, then scroll.
TimelineLayout layout_timeline(std::size_t lanes, Vec2 size, float unit, float line, float names, float scroll);

}  // namespace qs::gui
