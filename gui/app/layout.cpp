#include "gui/app/layout.hpp"

#include <algorithm>

namespace qs::gui {
namespace {

constexpr float thickness = 0.75F;  // of a splitter, in units

/// The wish, clamped so that both sides keep their minimum; where both do not fit, half the space.
float part_of(float whole, float wish, float least, float least_of_rest) {
  if (least + least_of_rest > whole) return whole / 2;
  return std::clamp(wish, least, whole - least_of_rest);
}

float least_browser(float unit) { return 23 * unit; }
float least_side(float unit) { return 28 * unit; }
float least_centre(float unit) { return 40 * unit; }

/// What lies between the bars.
Rect middle(LayoutNeeds const& needs) {
  Rect rest{0, 0, needs.window.x, needs.window.y};
  cut_top(rest, needs.top_bar + needs.control + needs.banner);
  cut_bottom(rest, needs.transport);
  return rest;
}

}  // namespace

Layout make_layout(LayoutNeeds const& needs, Settings const& settings) {
  Layout layout;
  float const unit = needs.unit;
  float const gap = thickness * unit;
  Rect rest{0, 0, needs.window.x, needs.window.y};
  layout.top_bar = cut_top(rest, needs.top_bar);
  layout.control = cut_top(rest, needs.control);
  layout.banner = cut_top(rest, needs.banner);
  layout.transport = cut_bottom(rest, needs.transport);
  float const whole = rest.width();

  float const side =
      part_of(whole, settings.side_width * whole, std::min(least_side(unit), whole * 0.34F), least_centre(unit));
  if (settings.browser_open) {
    float const browser =
        part_of(whole - side, settings.browser_width * whole, std::min(least_browser(unit), whole * 0.28F),
                std::min(least_centre(unit), whole / 3));
    layout.browser = cut_left(rest, browser);
    layout.browser_splitter = cut_left(rest, gap);
  }
  Rect right = cut_right(rest, side);
  layout.side_splitter = cut_right(rest, gap);

  float const height = rest.height();
  layout.stage = cut_top(rest, part_of(height, settings.stage_height * height, 16 * unit, 12 * unit));
  layout.stage_splitter = cut_top(rest, gap);
  layout.timeline = rest;

  layout.events = cut_bottom(right, part_of(height, settings.events_height * height, 14 * unit, 16 * unit));
  layout.events_splitter = cut_bottom(right, gap);
  layout.side = right;
  return layout;
}

void drag(Splitter splitter, Vec2 pointer, LayoutNeeds const& needs, Settings& settings) {
  Rect const area = middle(needs);
  if (area.empty()) return;
  float const x = std::clamp((pointer.x - area.left) / area.width(), 0.05F, 0.9F);
  float const y = std::clamp((pointer.y - area.top) / area.height(), 0.05F, 0.95F);
  switch (splitter) {
    case Splitter::browser: settings.browser_width = x; break;
    case Splitter::side: settings.side_width = std::clamp(1 - x, 0.05F, 0.9F); break;
    case Splitter::stage: settings.stage_height = y; break;
    case Splitter::events: settings.events_height = std::clamp(1 - y, 0.05F, 0.95F); break;
  }
}

}  // namespace qs::gui
