#include "gui/timeline/timeline_view.hpp"

#include <algorithm>
#include <cmath>

#include "gui/draw/widgets.hpp"
#include "gui/timeline/draw.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

constexpr double zoom_step = 1.25;

float width_of_names(Context const& context, Lanes const& lanes) {
  float widest = 0;
  std::size_t looked_at = 0;
  for (auto const& lane : lanes.all()) {
    if (lane.indented) continue;
    widest = std::max(widest, measure(context.theme.fonts.text, context.trace.actors[lane.actor].name).x);
    if (++looked_at == 300) break;
  }
  return std::max(widest + 4.5F * context.theme.unit, 14 * context.theme.unit);
}

}  // namespace

void TimelineView::arrange(Context const& context, Vec2 size) {
  AxisKind const kind = chosen_axis_.value_or(usual_axis(context.trace));
  bool const turned = kind != lanes_.axis().kind();
  if (turned) fitted_ = true;
  bool const more = lanes_.update(context.trace, kind) || turned;
  Theme const& theme = context.theme;
  layout_ = layout_timeline(lanes_.order().size(), size, theme.unit, theme.fonts.small.size,
                            width_of_names(context, lanes_), scroll_);
  scroll_ = layout_.scroll;
  scale_.place(layout_.lanes.left, layout_.lanes.width());
  if (fitted_) scale_.fit(lanes_.end(), lanes_.axis().begin(context.trace));
  if (more || rows_.size() != lanes_.all().size()) {
    rows_.assign(lanes_.all().size(), 0);
    for (std::size_t row = 0; row < lanes_.order().size(); ++row) rows_[lanes_.order()[row]] = row;
  }
}

/// The play head stays in sight when it moves, and so does an actor that gets selected.
void TimelineView::follow(Context const& context) {
  if (context.step != step_) {
    step_ = context.step;
    if (!fitted_ && drag_ == Drag::none) scale_.reveal(static_cast<double>(now(context)), lanes_.end());
  }
  ActorIndex const selected = context.selection.what == Selection::What::actor ? context.selection.actor : nobody;
  if (selected == shown_) return;
  shown_ = selected;
  if (selected >= rows_.size() || drag_ != Drag::none) return;
  Rect const lane = layout_.lane(rows_[selected]);
  if (lane.top < layout_.lanes.top) scroll_ -= layout_.lanes.top - lane.top;
  if (lane.bottom > layout_.lanes.bottom) scroll_ += lane.bottom - layout_.lanes.bottom;
  layout_.scroll = scroll_ = std::clamp(scroll_, 0.F, layout_.most_scroll());
}

void TimelineView::obey(Context const& context) {
  float const head = scale_.x_of(static_cast<double>(now(context)));
  float const centre = head > scale_.left() && head < scale_.right() ? head : (scale_.left() + scale_.right()) / 2;
  double const page = static_cast<double>(scale_.right() - scale_.left()) * 0.2;
  switch (context.timeline_move) {
    case TimelineMove::none: return;
    case TimelineMove::zoom_in: scale_.zoom(centre, zoom_step * zoom_step, lanes_.end()); break;
    case TimelineMove::zoom_out: scale_.zoom(centre, 1 / (zoom_step * zoom_step), lanes_.end()); break;
    case TimelineMove::pan_left: scale_.pan(-page, lanes_.end()); break;
    case TimelineMove::pan_right: scale_.pan(page, lanes_.end()); break;
    case TimelineMove::fit: scale_.fit(lanes_.end(), lanes_.axis().begin(context.trace)); break;
  }
  fitted_ = context.timeline_move == TimelineMove::fit;
}

void TimelineView::go_to(Context const& context, float x) const {
  Step const step = lanes_.axis().step_at(context.trace, scale_.time_at(x));
  if (step != no_step && step != context.step) context.requests.go_to = step;
}

bool TimelineView::on_play_head(Context const& context, Vec2 point) const {
  return layout_.lanes.contains(point) && context.step != no_step &&
         std::abs(point.x - scale_.x_of(static_cast<double>(now(context)))) < 0.6F * context.theme.unit;
}

Rect TimelineView::scroll_bar() const {
  if (layout_.most_scroll() <= 0) return {};
  Rect const& lanes = layout_.lanes;
  float const all = static_cast<float>(layout_.count) * layout_.lane_height;
  float const top = lanes.top + lanes.height() * layout_.scroll / all;
  return {lanes.right - 9, top, lanes.right - 2, top + std::max(16.F, lanes.height() * lanes.height() / all)};
}

void TimelineView::wheel(Context const& context, Vec2 point) {
  ImGuiIO const& io = ImGui::GetIO();
  bool const sideways = io.MouseWheelH != 0;
  if (sideways) {
    scale_.pan(static_cast<double>(-io.MouseWheelH) * 60, lanes_.end());
    fitted_ = false;
  }
  if (io.MouseWheel == 0) return;
  if (io.KeyShift || layout_.names.contains(point)) {
    scroll_ = std::clamp(scroll_ - io.MouseWheel * 5 * context.theme.unit, 0.F, layout_.most_scroll());
    return;
  }
  scale_.zoom(point.x, std::pow(zoom_step, static_cast<double>(io.MouseWheel)), lanes_.end());
  fitted_ = false;
}

void TimelineView::press(Context const& context, Vec2 point) {
  pressed_ = last_ = point;
  drag_ = Drag::press;
  Rect bar = scroll_bar();
  if (!bar.empty() && point.x >= bar.left - 3 && layout_.lanes.contains(point)) drag_ = Drag::scroll;
  if (layout_.ruler.contains(point) || on_play_head(context, point)) drag_ = Drag::scrub;
}

void TimelineView::click(Context const& context, Vec2 point) const {
  auto const row = layout_.lane_at(point.y);
  if (row) {
    Selection selection;
    selection.what = Selection::What::actor;
    selection.actor = lanes_.order()[*row];
    context.requests.select = selection;
  }
  if (point.x >= layout_.lanes.left) go_to(context, point.x);
}

void TimelineView::mouse(Context const& context, Vec2 point, bool hovered, bool active) {
  if (hovered && drag_ == Drag::none) wheel(context, point);
  if (active && drag_ == Drag::none) press(context, point);
  if (!active) {
    if (drag_ == Drag::press) click(context, pressed_);
    drag_ = Drag::none;
    return;
  }
  Vec2 const moved = point - last_;
  last_ = point;
  if (drag_ == Drag::press && std::hypot(point.x - pressed_.x, point.y - pressed_.y) > 4) drag_ = Drag::pan;
  if (drag_ == Drag::scrub) go_to(context, std::clamp(point.x, scale_.left(), scale_.right()));
  if (drag_ == Drag::pan) {
    if (moved.x != 0) {
      scale_.pan(static_cast<double>(-moved.x), lanes_.end());
      fitted_ = false;
    }
    scroll_ = std::clamp(scroll_ - moved.y, 0.F, layout_.most_scroll());
  }
  if (drag_ == Drag::scroll && layout_.lanes.height() > 0)
    scroll_ =
        std::clamp(scroll_ + moved.y * static_cast<float>(layout_.count) * layout_.lane_height / layout_.lanes.height(),
                   0.F, layout_.most_scroll());
}

void TimelineView::details(Context const& context, Vec2 point, ImVec2 origin) const {
  auto const row = layout_.lane_at(point.y);
  if (!row || drag_ != Drag::none) return;
  bool const ahead = layout_.lanes.contains(point) && scale_.time_at(point.x) > static_cast<double>(now(context));
  if (ahead && context.hides_future) return;
  ActorIndex const actor = lanes_.order()[*row];
  std::string text = context.trace.name(actor);
  if (layout_.lanes.contains(point)) {
    double const time = std::max(0.0, scale_.time_at(point.x));
    bool const wall = lanes_.axis().kind() == AxisKind::wall;
    auto const moment = static_cast<std::uint64_t>(time);
    text += std::string{": "} + words(lanes_.doing_at(actor, moment)) +
            (wall ? "\nat " + duration(moment) : "\nafter " + count(moment / Axis::column, "choice"));
    // Its event that is nearest before the cursor, if it is not far to look for.
    Step step = lanes_.axis().step_at(context.trace, time);
    for (int look = 0; step != no_step && look < 5000; ++look) {
      if (context.trace.at(step).actor == actor) {
        text += "\n" + sentence(context.trace, step);
        break;
      }
      if (step-- == 0) break;
    }
  }
  // In the place of the legend: a tooltip would cover the lanes beside it.
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at))
    text.replace(at, 1, "  \u00b7  ");
  Canvas const canvas{ImGui::GetWindowDrawList(), context.theme, origin};
  Font const font = context.theme.fonts.small;
  Rect box = layout_.legend;
  if (box.empty())
    box = {layout_.area.left, layout_.area.bottom - 2 * font.size, layout_.area.right, layout_.area.bottom};
  canvas.fill(box, context.theme.card);
  float const width = box.width() - canvas.px(2);
  canvas.list()->AddText(font.face, font.size, canvas.at({box.left + canvas.px(1), box.top + canvas.px(0.6F)}),
                         context.theme.text, text.c_str(), nullptr, width);
}

std::uint64_t TimelineView::now(Context const& context) const { return lanes_.axis().at(context.trace, context.step); }

/// Wall time or even columns: in the corner over the names.
void TimelineView::axis_switch(Context const& context, ImVec2 origin) {
  Theme const& theme = context.theme;
  bool const wall = lanes_.axis().kind() == AxisKind::wall;
  char const* const words = wall ? "wall time" : context.trace.decisions.empty() ? "events" : "choices";
  Rect const corner{layout_.area.left, layout_.ruler.top, layout_.lanes.left, layout_.ruler.bottom};
  ImGui::SetCursorScreenPos({origin.x + corner.left, origin.y + corner.top});
  if (ImGui::InvisibleButton("axis", {std::max(corner.width(), 1.F), std::max(corner.height(), 1.F)}))
    chosen_axis_ = wall ? AxisKind::even : AxisKind::wall;
  bool const hovered = ImGui::IsItemHovered();
  tooltip_of_last(wall ? "The axis is wall time. Click: one column for each choice, or event"
                       : "Each choice, or event, has one column. Click: wall time");
  Canvas const canvas{ImGui::GetWindowDrawList(), theme, origin};
  Rect label = corner;
  cut_left(label, canvas.px(1));
  canvas.text(label, theme.fonts.small, hovered ? theme.text : theme.text_faint, std::string("axis: ") + words);
}

void TimelineView::draw(Context const& context, ImVec2 size) {
  ImVec2 const origin = ImGui::GetCursorScreenPos();
  if (size.x < 8 || size.y < 8) return;
  ImGui::InvisibleButton("timeline", size);
  ImGui::SetItemAllowOverlap();
  bool const hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
  arrange(context, {size.x, size.y});
  follow(context);
  obey(context);
  ImVec2 const at = ImGui::GetMousePos();
  Vec2 const point{at.x - origin.x, at.y - origin.y};
  mouse(context, point, hovered, active);
  layout_.scroll = scroll_;

  ImDrawList* const list = ImGui::GetWindowDrawList();
  Canvas const canvas{list, context.theme, origin};
  TimelineScene const scene{context, canvas, lanes_, layout_, scale_, rows_};
  auto const clip = [&](Rect rect) {
    list->PushClipRect(canvas.at({rect.left, rect.top}), canvas.at({rect.right, rect.bottom}), true);
  };
  clip(layout_.area);
  if (lanes_.order().empty()) {
    canvas.text(layout_.lanes, context.theme.fonts.text, context.theme.text_faint, "Each process gets a lane here.",
                Align::centre);
    list->PopClipRect();
    return;
  }
  Rect const timed{layout_.lanes.left, layout_.ruler.top, layout_.lanes.right, layout_.lanes.bottom};
  clip(timed);
  draw_ruler(scene);
  list->PopClipRect();
  clip({layout_.names.left, layout_.lanes.top, layout_.lanes.right, layout_.lanes.bottom});
  draw_names(scene);
  list->PopClipRect();
  clip(layout_.lanes);
  draw_lanes(scene);
  std::size_t const arrow_stride = draw_arrows(scene);
  draw_moments(scene);
  canvas.fill(scroll_bar(), with_alpha(context.theme.text, drag_ == Drag::scroll ? 0.4F : 0.2F), 3.5F);
  list->PopClipRect();
  clip(timed);
  draw_stop(scene);
  draw_veil(scene);
  draw_play_head(scene);
  list->PopClipRect();
  list->AddLine(canvas.at({layout_.lanes.left, layout_.ruler.top}),
                canvas.at({layout_.lanes.left, layout_.lanes.bottom}), context.theme.line);
  draw_timeline_legend(scene, arrow_stride);
  list->PopClipRect();
  axis_switch(context, origin);
  if (hovered) details(context, point, origin);
  if (hovered && (on_play_head(context, point) || drag_ == Drag::scrub))
    ImGui::SetMouseCursor(ImGuiMouseCursor_ResizeEW);
}

}  // namespace qs::gui
