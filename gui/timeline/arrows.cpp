#include "gui/timeline/arrows.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "gui/timeline/draw.hpp"

namespace qs::gui {
namespace {

class ArrowPen {
 public:
  explicit ArrowPen(TimelineScene const& scene) : scene_(scene) {}

  void draw(Arrow const& arrow, float alpha) const {
    ImU32 const own = arrow.sentinel ? scene_.theme().sentinel : scene_.theme().item(arrow.item);
    ImU32 const colour = with_alpha(mix(scene_.theme().text, own, 0.45F), alpha);
    stroke(point(arrow.from, arrow.put), point(arrow.to, arrow.get), colour, 1.25F);
  }

  /// The whole way of one item: putter, feeder, getter.
  void draw_way(ItemJourney const& way) const {
    ImU32 const colour = scene_.theme().selection;
    auto from = point(way.putter, way.at(ItemMilestone::put_begin));
    auto const through = point(way.feeder, way.at(ItemMilestone::last_write));
    if (through) {
      stroke(from, through, colour, 2.25F);
      from = through;
    }
    Step const end =
        way.at(ItemMilestone::get_end) != no_step ? way.at(ItemMilestone::get_end) : way.at(ItemMilestone::last_read);
    stroke(from, point(way.getter, end), colour, 2.25F);
  }

 private:
  std::optional<Vec2> point(ActorIndex actor, Step step) const {
    auto const y = scene_.middle(actor);
    if (!y || step >= scene_.context.trace.size()) return std::nullopt;
    float const x = scene_.scale.x_of(static_cast<double>(scene_.lanes.axis().at(scene_.context.trace, step)));
    return Vec2{std::clamp(x, -20000.F, 20000.F), *y};
  }

  void stroke(std::optional<Vec2> from, std::optional<Vec2> to, ImU32 colour, float thickness) const {
    if (!from || !to) return;
    Canvas const& canvas = scene_.canvas;
    ImDrawList* const list = canvas.list();
    float const bow = std::clamp((to->x - from->x) * 0.5F, canvas.px(0.5F), canvas.px(12));
    ImVec2 const a = canvas.at(*from), d = canvas.at(*to);
    ImVec2 const c{d.x - bow, d.y};
    // A rim in the ground's colour parts it from the lanes it crosses.
    list->AddBezierCubic(a, {a.x + bow, a.y}, c, d, with_alpha(scene_.theme().panel, 0.55F), thickness + 2, 16);
    list->AddBezierCubic(a, {a.x + bow, a.y}, c, d, colour, thickness, 16);
    float const head = canvas.px(0.6F) + thickness;
    // The last stretch leans from where the curve comes.
    float const lean = std::clamp((d.y - a.y) * 0.5F, -head, head) * (d.x - a.x < canvas.px(4) ? 0.9F : 0.25F);
    float const length = std::max(1.F, std::hypot(head, lean));
    ImVec2 const way{head / length, lean / length};
    list->AddTriangleFilled(d, {d.x - way.x * head - way.y * head * 0.5F, d.y - way.y * head + way.x * head * 0.5F},
                            {d.x - way.x * head + way.y * head * 0.5F, d.y - way.y * head - way.x * head * 0.5F},
                            colour);
    list->AddCircleFilled(a, thickness * 1.3F, colour, 8);
  }

  TimelineScene const& scene_;
};

}  // namespace

std::size_t choose_arrows(Trace const& trace, Axis const& axis, ItemIndex const& items, TimeScale const& scale,
                          std::size_t most, std::function<void(Arrow const&)> const& draw) {
  if (trace.events.empty() || most == 0) return 1;
  Step const first = axis.step_at(trace, scale.begin());
  Step const last = std::max(first, axis.step_at(trace, scale.end()) + 1);
  auto const all = items.arrows();
  auto const got_before = [](Arrow const& arrow, Step step) { return arrow.get < step; };
  auto const from = std::lower_bound(all.begin(), all.end(), first, got_before);
  auto const to = std::lower_bound(from, all.end(), last, got_before);
  auto const inside = static_cast<std::size_t>(to - from);
  if (inside <= 20 * most) {
    std::vector<Arrow> found;
    items.arrows_between(first, last, [&](Arrow const& arrow) {
      found.push_back(arrow);
      return found.size() < 40 * most;
    });
    std::size_t const stride = (found.size() + most - 1) / most;
    for (std::size_t i = 0; i < found.size(); i += std::max<std::size_t>(stride, 1)) draw(found[i]);
    return std::max<std::size_t>(stride, 1);
  }
  std::size_t const stride = (inside + most - 1) / most;
  for (std::size_t i = 0; i < inside; i += stride) draw(from[static_cast<std::ptrdiff_t>(i)]);
  return stride;
}

std::size_t draw_arrows(TimelineScene const& scene) {
  ArrowPen const pen{scene};
  auto const& selection = scene.context.selection;
  bool const item = selection.what == Selection::What::item;
  auto const most = static_cast<std::size_t>(std::max(40.F, scene.layout.lanes.width() / 8));
  std::vector<Arrow> chosen;
  std::size_t const stride = choose_arrows(scene.context.trace, scene.lanes.axis(), scene.context.items, scene.scale,
                                           most, [&](Arrow const& arrow) { chosen.push_back(arrow); });
  float const alpha = item ? 0.3F : stride > 1 ? 0.6F : 0.95F;
  for (auto const& arrow : chosen) pen.draw(arrow, alpha);
  if (!item) return stride;
  if (auto const* const way = scene.context.items.find(selection.item)) pen.draw_way(*way);
  return stride;
}

}  // namespace qs::gui
