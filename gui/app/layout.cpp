#include "gui/app/layout.hpp"

#include <algorithm>

namespace qs::gui {
namespace {

constexpr float thickness = 0.75F;  // of a splitter, in units
constexpr Vec2 roomy{140, 84};      // in units: from here on nothing folds away

/// The wish, clamped so that both sides keep their minimum; where both do not fit, half the space.
float part_of(float whole, float wish, float least, float least_of_rest) {
  if (least + least_of_rest > whole) return whole / 2;
  return std::clamp(wish, least, whole - least_of_rest);
}

float least_browser(float unit) { return 23 * unit; }
float least_lesson(float unit) { return 36 * unit; }
float least_side(float unit) { return 28 * unit; }
float least_centre(float unit) { return 40 * unit; }

/// What lies between the bars.
Rect middle(LayoutNeeds const& needs) {
  Rect rest{0, 0, needs.window.x, needs.window.y};
  cut_top(rest, needs.top_bar + needs.control + needs.banner);
  cut_bottom(rest, needs.transport);
  return rest;
}

/// Which panes are open.
struct Open {
  bool browser, timeline, side;
};

Layout laid_out(LayoutNeeds const& needs, Settings const& settings, Open open) {
  Layout layout;
  float const unit = needs.unit;
  float const gap = thickness * unit;
  Rect rest{0, 0, needs.window.x, needs.window.y};
  layout.top_bar = cut_top(rest, needs.top_bar);
  layout.control = cut_top(rest, needs.control);
  layout.banner = cut_top(rest, needs.banner);
  layout.transport = cut_bottom(rest, needs.transport);
  if (open.browser && needs.lesson && needs.window.x < 110 * unit) {
    // There is not enough width for both: the lesson goes below the stage.
    layout.browser = cut_bottom(rest, rest.height() * 0.5F);
    open.browser = false;
  }
  float const whole = rest.width();

  float const side = open.side ? part_of(whole, settings.side_width * whole, std::min(least_side(unit), whole * 0.34F),
                                         least_centre(unit))
                               : 0;
  if (open.browser) {
    float const least = needs.lesson ? least_lesson(unit) : least_browser(unit);
    float const wish = needs.lesson ? std::max(settings.browser_width * whole, least) : settings.browser_width * whole;
    float const browser = part_of(whole - side, wish, std::min(least, whole * (needs.lesson ? 0.4F : 0.28F)),
                                  std::min(least_centre(unit), whole / 3));
    layout.browser = cut_left(rest, browser);
    layout.browser_splitter = cut_left(rest, gap);
  }
  Rect right = cut_right(rest, side);
  if (open.side) layout.side_splitter = cut_right(rest, gap);

  float const height = rest.height();
  if (open.timeline) {
    Rect above = cut_top(rest, part_of(height, settings.stage_height * height, needs.caption + 16 * unit, 12 * unit));
    layout.caption = cut_top(above, std::min(needs.caption, above.height() / 2));
    layout.stage = above;
    layout.stage_splitter = cut_top(rest, gap);
    layout.timeline = rest;
  } else {
    layout.caption = cut_top(rest, std::min(needs.caption, rest.height() / 2));
    layout.stage = rest;
  }
  if (!open.side) return layout;
  layout.events = cut_bottom(right, part_of(height, settings.events_height * height, 14 * unit, 16 * unit));
  layout.events_splitter = cut_bottom(right, gap);
  layout.side = right;
  return layout;
}

Layout presenter_layout(LayoutNeeds const& needs) {
  Layout layout;
  Rect rest{0, 0, needs.window.x, needs.window.y};
  layout.caption = cut_top(rest, std::min(needs.caption, rest.height() / 3));
  if (needs.lesson) layout.browser = cut_left(rest, rest.width() * 0.3F);
  if (needs.presenter == Presenter::timeline) layout.timeline = cut_bottom(rest, rest.height() * 0.34F);
  if (needs.presenter == Presenter::code) layout.side = cut_right(rest, rest.width() * 0.36F);
  layout.stage = rest;
  return layout;
}

bool stage_has_half(Layout const& layout, Vec2 window) {
  float const area = layout.stage.width() * (layout.stage.height() + layout.caption.height());
  return area >= window.x * window.y / 2;
}

}  // namespace

bool is_low(Vec2 window, float unit) { return window.y < 60 * unit; }

Layout make_layout(LayoutNeeds const& needs, Settings const& settings) {
  if (needs.presenter != Presenter::off) return presenter_layout(needs);
  Open open{settings.browser_open || needs.lesson, true, true};
  Layout layout = laid_out(needs, settings, open);
  bool const cramped = needs.window.x < roomy.x * needs.unit || needs.window.y < roomy.y * needs.unit;
  if (!cramped) return layout;
  struct Fold {
    bool& open;
    bool keeps;
  };
  for (Fold const& fold : {Fold{open.browser, needs.lesson || needs.browser_wanted},
                           Fold{open.timeline, needs.timeline_wanted}, Fold{open.side, needs.side_wanted}}) {
    if (stage_has_half(layout, needs.window)) break;
    if (!fold.keeps) fold.open = false;
    layout = laid_out(needs, settings, open);
  }
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
