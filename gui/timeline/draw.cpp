#include "gui/timeline/draw.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "gui/draw/glyphs.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {

std::optional<float> TimelineScene::middle(ActorIndex actor) const {
  if (actor >= rows.size()) return std::nullopt;
  return layout.lane(rows[actor]).centre().y;
}

ImU32 colour_of(Theme const& theme, LaneState doing) {
  switch (doing) {
    case LaneState::running: return theme.state(ActorState::running);
    case LaneState::waits_lock: return theme.lock_wait;
    case LaneState::waits_slot: return theme.mode == Theme::Mode::dark ? theme.warning : theme.producers[1];
    case LaneState::waits_pipe: return theme.producers[4];
    case LaneState::waits_join: return theme.condition_lock;
    case LaneState::waits_time: return theme.text_faint;
    case LaneState::rests: return theme.line_strong;
    case LaneState::exiting: return theme.state(ActorState::exiting);
    case LaneState::nothing: break;
  }
  return theme.line;
}

namespace {

constexpr float most_pieces = 3500;

/// Running fills its lane, waiting is lower, and idling is a thin line, so that shapes tell them apart without colour.
float tallness(LaneState doing) {
  switch (doing) {
    case LaneState::running: return 0.78F;
    case LaneState::exiting: return 0.6F;
    case LaneState::rests:
    case LaneState::waits_time: return 0.14F;
    default: return 0.46F;
  }
}

Rect strip(Rect lane, float left, float right, LaneState doing) {
  float const tall = std::max(1.5F, lane.height() * tallness(doing));
  float const middle = lane.centre().y;
  return {left, middle - tall / 2, std::max(right, left + 1), middle + tall / 2};
}

void draw_span(TimelineScene const& scene, Rect lane, DrawnSpan const& span) {
  Canvas const& canvas = scene.canvas;
  ImU32 const colour = colour_of(scene.theme(), span.doing);
  Rect const box = strip(lane, span.left, span.right, span.doing);
  if (span.doing == LaneState::rests && lane.height() > canvas.px(1.5F) && box.width() > canvas.px(2)) {
    // Dotted: idle.
    for (float x = box.left; x < box.right; x += canvas.px(1))
      canvas.fill({x, box.top, std::min(x + canvas.px(0.4F), box.right), box.bottom}, colour);
    return;
  }
  float const round = box.width() > 8 && !span.merged ? std::min(2.5F, box.height() * 0.3F) : 0;
  canvas.fill(box, span.merged ? with_alpha(colour, 0.75F) : colour, round);
  bool const waits = span.doing == LaneState::waits_lock;
  if (waits && box.width() > canvas.px(2) && box.height() > 5)
    canvas.hatch(box, with_alpha(scene.theme().panel, 0.4F), canvas.px(0.9F));
}

/// After the last event of a hung run: outlined and hatched rather than filled.
void draw_standstill_span(TimelineScene const& scene, Rect lane, DrawnSpan const& span) {
  Canvas const& canvas = scene.canvas;
  ImU32 const colour = colour_of(scene.theme(), span.doing);
  Rect const box = strip(lane, span.left, span.right, span.doing);
  canvas.fill(box, with_alpha(colour, 0.3F));
  if (box.height() > 3) canvas.hatch(box, with_alpha(colour, 0.85F), canvas.px(0.9F));
}

}  // namespace

void draw_ruler(TimelineScene const& scene) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  Rect const ruler = scene.layout.ruler;
  Font const font = theme.fonts.small;
  canvas.fill({scene.layout.area.left, ruler.top, ruler.right, ruler.bottom}, with_alpha(theme.inset, 0.6F));
  ImDrawList* const list = canvas.list();
  bool const even = scene.lanes.axis().kind() == AxisKind::even;
  for (auto tick : scene.scale.ticks(font.size * 7)) {
    if (even && !tick.label.empty()) {
      // Only whole choices have a number.
      auto const column = static_cast<double>(Axis::column);
      bool const whole = std::abs(std::remainder(tick.time, column)) < 1;
      tick.label = whole ? number(static_cast<std::uint64_t>(std::llround(tick.time / column))) : "";
    }
    float const x = scene.scale.x_of(tick.time);
    bool const large = !tick.label.empty();
    list->AddLine(canvas.at({x, ruler.bottom - canvas.px(large ? 0.9F : 0.45F)}), canvas.at({x, ruler.bottom}),
                  large ? theme.text_faint : theme.line_strong);
    if (!large) continue;
    list->AddLine(canvas.at({x, ruler.bottom}), canvas.at({x, scene.layout.lanes.bottom}),
                  with_alpha(theme.line, 0.8F));
    Rect label{x + canvas.px(0.4F), ruler.top, std::min(x + font.size * 6.5F, ruler.right), ruler.bottom};
    if (measure(font, tick.label).x <= label.width()) canvas.text(label, font, theme.text_soft, tick.label);
  }
}

void draw_lanes(TimelineScene const& scene) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  auto const [first, last] = scene.layout.visible();
  auto const& order = scene.lanes.order();
  auto const& selection = scene.context.selection;
  // A picture of a few thousand pieces, however many lanes there are.
  float const least = std::max(3.F, static_cast<float>(last - first) * scene.layout.lanes.width() / most_pieces);
  auto const still = standstill(scene.context.trace, scene.lanes.axis());
  for (std::size_t row = first; row < last; ++row) {
    Lane const& lane = scene.lanes.all()[order[row]];
    Rect const box = scene.layout.lane(row);
    if (selection.what == Selection::What::actor && selection.actor == lane.actor)
      canvas.fill(box, with_alpha(theme.accent, 0.2F));
    else if (row % 2 == 1)
      canvas.fill(box, with_alpha(theme.card, 0.45F));
    for (auto const& span : visible_spans(lane, scene.scale, scene.lanes.last_event(), least))
      draw_span(scene, box, span);
    if (!still) continue;
    if (auto const span = standstill_span(lane, scene.scale, *still)) draw_standstill_span(scene, box, *span);
  }
}

void draw_stop(TimelineScene const& scene) {
  auto const still = standstill(scene.context.trace, scene.lanes.axis());
  if (!still || scene.context.hides_future) return;
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  float const x = scene.scale.x_of(static_cast<double>(still->to));
  Rect const ruler = scene.layout.ruler;
  if (x < ruler.left || x > ruler.right + 1) return;
  constexpr std::string_view words = "stopped here";
  float const wide = measure(theme.fonts.small, words).x + canvas.px(1);
  if (x - wide >= ruler.left) {
    // Covers the labels of the ticks below it and beyond the run.
    canvas.fill({x - wide - canvas.px(0.4F), ruler.top, ruler.right, ruler.bottom}, theme.panel);
    canvas.text({x - wide, ruler.top, x - canvas.px(0.4F), ruler.bottom}, theme.fonts.small, theme.warning, words);
  }
  canvas.list()->AddLine(canvas.at({x, ruler.top}), canvas.at({x, scene.layout.lanes.bottom}), theme.warning, 2);
}

void draw_moments(TimelineScene const& scene) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  ImDrawList* const list = canvas.list();
  auto const [first, last] = scene.layout.visible();
  for (std::size_t row = first; row < last; ++row) {
    Lane const& lane = scene.lanes.all()[scene.lanes.order()[row]];
    Rect const box = scene.layout.lane(row);
    float const radius = std::min(canvas.px(0.85F), box.height() * 0.42F);
    float drawn_at = -1e9F;
    auto moment =
        std::lower_bound(lane.moments.begin(), lane.moments.end(), scene.scale.begin(),
                         [](InstantMark const& it, double time) { return static_cast<double>(it.time) < time; });
    for (; moment != lane.moments.end() && static_cast<double>(moment->time) <= scene.scale.end(); ++moment) {
      float const x = scene.scale.x_of(static_cast<double>(moment->time));
      bool const deadly = moment->mark == LaneMark::killed || moment->mark == LaneMark::ended;
      if (x - drawn_at < 2 && !deadly) continue;
      drawn_at = x;
      Vec2 const at{x, box.centre().y};
      switch (moment->mark) {
        case LaneMark::sentinel_put:
        case LaneMark::sentinel_got:
          draw_item_mark(list, theme, canvas.at(at), radius, ItemId{lane.actor, 1}, true);
          break;
        case LaneMark::killed:
          list->AddCircleFilled(canvas.at(at), radius * 1.35F, theme.panel, 16);
          draw_state_mark(list, theme, canvas.at(at), radius, ActorState::killed);
          break;
        case LaneMark::ended: draw_state_mark(list, theme, canvas.at(at), radius * 0.6F, ActorState::ended); break;
        case LaneMark::gap:
          canvas.fill({x - 1, box.top, x + 2, box.bottom}, theme.error);
          canvas.text({x + 3, box.top, x + canvas.px(6), box.bottom}, theme.fonts.small, theme.error, "gap");
          break;
        case LaneMark::lost_item: draw_state_mark(list, theme, canvas.at(at), radius * 0.8F, ActorState::killed); break;
      }
    }
  }
}

namespace {

/// The visible rows that get a name: all, or as many processes as fit where lanes are low. The selection starts at the
/// first lane, so that scrolling does not change it.
std::vector<std::size_t> named_rows(TimelineScene const& scene) {
  TimelineLayout const& layout = scene.layout;
  auto const [first, last] = layout.visible();
  bool const room_for_all = layout.name_height <= layout.lane_height * 1.05F;
  std::vector<std::size_t> rows;
  float below = -1e9F;
  for (std::size_t row = 0; row < last; ++row) {
    Rect const box = layout.name(row);
    bool const thread = scene.lanes.all()[scene.lanes.order()[row]].indented;
    if (!room_for_all && (thread || box.top < below - 0.5F)) continue;
    below = box.bottom;
    if (row >= first) rows.push_back(row);
  }
  return rows;
}

}  // namespace

void draw_names(TimelineScene const& scene) {
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  auto const& trace = scene.context.trace;
  for (std::size_t const row : named_rows(scene)) {
    Lane const& lane = scene.lanes.all()[scene.lanes.order()[row]];
    ActorFacts const& facts = trace.actors[lane.actor];
    ActorState const state = lane.actor < scene.context.world.actors.size()
                                 ? scene.context.world.actors[lane.actor].state
                                 : ActorState::unborn;
    Rect box = scene.layout.name(row);
    cut_left(box, canvas.px(lane.indented ? 2.5F : 1));
    float const mark = std::min(theme.fonts.small.size * 0.32F, box.height() * 0.3F);
    bool const rests = scene.lanes.doing_at(lane.actor, scene.now()) == LaneState::rests;
    draw_state_mark(canvas.list(), theme, canvas.at({box.left + mark, box.centre().y}), mark,
                    rests ? ActorState::unborn : state);
    cut_left(box, 2 * mark + canvas.px(0.75F));
    bool const feeder = facts.kind == ActorKind::feeder;
    std::string name = facts.name;
    if (feeder && facts.process < trace.actors.size() && name.starts_with(trace.actors[facts.process].name))
      name = name.substr(std::min(name.size(), trace.actors[facts.process].name.size() + 1));
    Font const font =
        lane.indented || box.height() < theme.fonts.text.size * 1.2F ? theme.fonts.small : theme.fonts.text;
    canvas.text(box, font, lane.indented ? theme.text_soft : theme.text, Canvas::fitting_name(font, box.width(), name));
  }
}

void draw_veil(TimelineScene const& scene) {
  if (!scene.context.hides_future) return;
  Rect const lanes = scene.layout.lanes;
  bool const before = scene.context.step == no_step;
  float const x = before ? lanes.left : scene.scale.x_of(static_cast<double>(scene.now()));
  if (x >= lanes.right) return;
  Rect const ahead{std::max(x, lanes.left), scene.layout.ruler.top, lanes.right, lanes.bottom};
  scene.canvas.fill(ahead, scene.theme().panel);
  scene.canvas.hatch(ahead, with_alpha(scene.theme().line, 0.6F), scene.canvas.px(2));
}

void draw_play_head(TimelineScene const& scene) {
  if (scene.context.step == no_step) return;
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  float const x = scene.scale.x_of(static_cast<double>(scene.now()));
  if (x < scene.layout.lanes.left - 1 || x > scene.layout.lanes.right + 1) return;
  float const size = canvas.px(0.8F), top = scene.layout.ruler.top;
  canvas.list()->AddLine(canvas.at({x, top + size}), canvas.at({x, scene.layout.lanes.bottom}), theme.play_head, 1.75F);
  ImVec2 const handle[5] = {canvas.at({x - size, top}), canvas.at({x + size, top}), canvas.at({x + size, top + size}),
                            canvas.at({x, top + 2 * size}), canvas.at({x - size, top + size})};
  canvas.list()->AddConvexPolyFilled(handle, 5, theme.play_head);
}

void draw_timeline_legend(TimelineScene const& scene, std::size_t arrow_stride) {
  if (scene.layout.legend.empty()) return;
  Canvas const& canvas = scene.canvas;
  Theme const& theme = scene.theme();
  Font const font = theme.fonts.small;
  Rect next = scene.layout.legend.inset(canvas.px(1), 0);
  Rect rest = cut_top(next, next.height() / (next.height() > canvas.px(4) ? 2 : 1));
  auto const entry = [&](float mark_width, std::string_view words, auto const& mark) {
    float const wide = mark_width + canvas.px(0.6F) + measure(font, words).x;
    if (wide > rest.width()) rest = std::exchange(next, Rect{});
    if (wide > rest.width() || rest.empty()) return;
    mark(cut_left(rest, mark_width));
    cut_left(rest, canvas.px(0.6F));
    canvas.text(cut_left(rest, wide - mark_width - canvas.px(0.6F) + 1), font, theme.text_soft, words);
    cut_left(rest, canvas.px(2));
  };
  using enum LaneState;
  for (LaneState const doing : {running, waits_lock, waits_slot, waits_pipe, waits_join, waits_time, rests, exiting})
    entry(canvas.px(2.5F), words(doing), [&](Rect at) {
      Rect lane = at.inset(0, (at.height() - canvas.px(1.8F)) / 2);
      draw_span(scene, lane, {lane.left, lane.right, doing, false});
    });
  if (standstill(scene.context.trace, scene.lanes.axis())) {
    entry(canvas.px(2.5F), "until the run was stopped", [&](Rect at) {
      Rect lane = at.inset(0, (at.height() - canvas.px(1.8F)) / 2);
      draw_standstill_span(scene, lane, {lane.left, lane.right, waits_pipe, false});
    });
  }
  entry(canvas.px(1.6F), "sentinel", [&](Rect at) {
    draw_item_mark(canvas.list(), theme, canvas.at(at.centre()), canvas.px(0.8F), ItemId{0, 1}, true);
  });
  entry(canvas.px(1.6F), "killed", [&](Rect at) {
    draw_state_mark(canvas.list(), theme, canvas.at(at.centre()), canvas.px(0.65F), ActorState::killed);
  });
  if (scene.context.trace.lost > 0) {
    entry(canvas.px(1.2F), "gap: events were lost", [&](Rect at) {
      canvas.fill({at.left, at.top + canvas.px(0.4F), at.left + 3, at.bottom - canvas.px(0.4F)}, theme.error);
    });
  }
  std::string const arrows = arrow_stride > 1 ? "put to get, 1 of " + number(arrow_stride) : "put to get";
  entry(canvas.px(3), arrows, [&](Rect at) {
    canvas.arrow({{at.left, at.centre().y}, {1, 0}}, {{at.right, at.centre().y}, {-1, 0}}, theme.arrow, 1.25F,
                 Canvas::Stroke::solid);
  });
}

}  // namespace qs::gui
