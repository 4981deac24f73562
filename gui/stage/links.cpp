// Lines between the boxes: who waits for what, and who holds which lock.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "gui/stage/scene.hpp"

namespace qs::gui {
namespace {

constexpr Vec2 leftwards{-1, 0}, rightwards{1, 0}, upwards{0, -1}, downwards{0, 1};

Port left_of(Rect box, float part = 0.5F) { return {{box.left - 1, box.top + box.height() * part}, leftwards}; }
Port right_of(Rect box, float part = 0.5F) { return {{box.right, box.top + box.height() * part}, rightwards}; }
Port above(Rect box, float part = 0.5F) { return {{box.left + box.width() * part, box.top}, upwards}; }
Port below(Rect box, float part = 0.5F) { return {{box.left + box.width() * part, box.bottom}, downwards}; }

/// Out of a box on this side, towards the queues.
Port out_of(Rect box, Side side, float part = 0.5F) {
  if (side == Side::left) return right_of(box, part);
  if (side == Side::right) return left_of(box, part);
  return above(box, part);
}

/// Into a lock's collar at one end of the tube, coming from that side of the stage. Who stands higher arrives
/// higher, so that the lines of one side do not cross; `lower` keeps two of one box apart.
Port into_collar(StageLayout const& layout, QueueBox const& box, Rect collar, Side side, Vec2 from, float lower) {
  auto const part = [lower](float at, float size) {
    return 0.16F + lower + 0.68F * std::clamp(at / std::max(size, 1.F), 0.F, 1.F);
  };
  float const down = part(from.y, layout.area.height()), across = part(from.x, layout.area.width());
  bool const at_left = collar.centre().x < box.tube.centre().x;
  if (side == Side::left && at_left) return left_of(collar, down);
  if (side == Side::right && !at_left) return right_of(collar, down);
  return side == Side::bottom ? below(collar, across) : above(collar, across);
}

/// Into a box in a queue's band.
Port into(Rect box, Side from) {
  Port port = from == Side::left ? left_of(box) : from == Side::right ? right_of(box) : below(box);
  port.at = port.at + port.way * 3;
  return port;
}

std::optional<Port> target(Scene const& scene, Resource resource, std::uint16_t object, Side from, Vec2 start) {
  StageLayout const& layout = scene.layout;
  auto const* const box = layout.queue(object);
  if (!box) return std::nullopt;
  switch (resource) {
    case Resource::slot: return box->slots.empty() ? into(box->title, from) : into(box->slots, from);
    case Resource::read_lock:
    case Resource::pipe_data: return into_collar(layout, *box, box->outlet.collar, from, start, 0.06F);
    case Resource::write_lock:
    case Resource::pipe_room: return into_collar(layout, *box, box->inlet.collar, from, start, 0.06F);
    case Resource::condition_lock:
    case Resource::unfinished:
    case Resource::sleeping:
    case Resource::woken_joiner:
    case Resource::barrier: return box->barrier.empty() ? into(box->title, from) : into(box->barrier, from);
    default: return std::nullopt;
  }
}

/// The part of a card's edge where a line from its feeder leaves it.
Rect edge_at(CardBox const& box, Rect feeder) {
  if (box.side == Side::bottom) return {feeder.left, box.rect.top, feeder.right, box.rect.bottom};
  return {box.rect.left, feeder.top, box.rect.right, feeder.bottom};
}

class Links {
 public:
  explicit Links(Scene const& scene) : scene_(scene) {}

  void waits() const {
    for (auto const& box : scene_.layout.cards) {
      wait(box.actor, out_of(box.rect, box.side, waiting_height(box)), box.side);
      for (auto const& end : box.ends) feeder_waits(box, end);
    }
    for (auto const& box : scene_.layout.crowds) crowd_waits(box);
  }

  void holders() const {
    for (auto const& box : scene_.layout.queues) {
      auto const* const queue = scene_.context.world.queue(box.queue);
      if (!queue) continue;
      holder(box, box.inlet.collar, Resource::write_lock, queue->write_lock);
      holder(box, box.outlet.collar, Resource::read_lock, queue->read_lock);
    }
  }

 private:
  ImU32 colour(ActorIndex actor) const {
    ImU32 const strong = scene_.theme().state(ActorState::blocked);
    return scene_.selected(actor) ? strong : with_alpha(strong, 0.8F);
  }

  static float waiting_height(CardBox const& box) {
    if (box.side == Side::bottom) return 0.5F;
    return (box.state.centre().y - box.rect.top) / std::max(box.rect.height(), 1.F);
  }

  void wait(ActorIndex index, Port from, Side side) const {
    ActorWorld const& actor = scene_.actor(index);
    if (actor.state != ActorState::blocked) return;
    float const thick = scene_.canvas.px(scene_.selected(index) ? 0.35F : 0.22F);
    if (actor.waits_for == Resource::child_exit)
      child(index, actor.waits_object, from, side, thick);
    else if (auto const to = target(scene_, actor.waits_for, actor.waits_object, side, from.at))
      scene_.canvas.arrow(from, *to, colour(index), thick, Canvas::Stroke::dashed);
  }

  /// To the child whose end it waits for: through the gutter, or below the queues if it is on the other side.
  void child(ActorIndex parent, ActorIndex child, Port from, Side side, float thick) const {
    StageLayout const& layout = scene_.layout;
    Rect at = layout.place(child);
    if (at.empty()) return;
    for (auto const& crowd : layout.crowds) {
      if (!crowd.rect.contains(at)) continue;
      at.left = crowd.rect.left;
      at.right = crowd.rect.right;
    }
    auto const* const card = layout.card(child);
    Side const other = card ? card->side : at.centre().x < layout.area.centre().x ? Side::left : Side::right;
    Port const to = out_of(at, other, 0.3F);
    Canvas const& canvas = scene_.canvas;
    if (side == Side::bottom && other != Side::bottom) {
      Rect const own = layout.place(parent);
      from = other == Side::left ? left_of(own) : right_of(own);
    }
    bool const across = side != other && side != Side::bottom && other != Side::bottom;
    if (across && !layout.queues.empty())
      canvas.detour(from, to, layout.road, colour(parent), thick, Canvas::Stroke::dashed);
    else
      canvas.arrow(from, to, colour(parent), thick, Canvas::Stroke::dashed);
  }

  void feeder_waits(CardBox const& box, EndBox const& end) const {
    ActorIndex const feeder = feeder_of(scene_.context.world.queue(end.queue), box.actor);
    if (feeder == nobody || end.feeder.empty()) return;
    wait(feeder, out_of(edge_at(box, end.feeder), box.side), box.side);
    ActorWorld const& owner = scene_.actor(box.actor);
    if (owner.state == ActorState::blocked && owner.waits_for == Resource::feeder_end &&
        owner.waits_object == end.queue)
      scene_.canvas.arrow(out_of(box.rect, box.side, waiting_height(box)),
                          out_of(edge_at(box, end.feeder), box.side, 0.2F), colour(box.actor), scene_.canvas.px(0.22F),
                          Canvas::Stroke::dashed);
  }

  /// One arrow for all who wait alike, the thicker the more they are.
  void crowd_waits(CrowdBox const& box) const {
    std::map<std::pair<Resource, std::uint16_t>, std::size_t> alike;
    for (ActorIndex const member : box.members) {
      ActorWorld const& actor = scene_.actor(member);
      if (actor.state == ActorState::blocked) ++alike[{actor.waits_for, actor.waits_object}];
    }
    std::size_t drawn = 0;
    for (auto const& [what, many] : alike) {
      if (++drawn > 6) return;
      float const part = 0.5F + 0.08F * static_cast<float>(drawn - 1);
      float const thick = 0.2F + 0.1F * std::log2(static_cast<float>(many));
      Port const from = out_of(box.rect, box.side, part);
      if (auto const to = target(scene_, what.first, what.second, box.side, from.at))
        scene_.canvas.arrow(from, *to, colour(nobody), scene_.canvas.px(thick), Canvas::Stroke::dashed);
    }
  }

  void holder(QueueBox const& queue, Rect collar, Resource resource, LockWorld const& lock) const {
    if (lock.holder == nobody) return;
    ActorWorld const& actor = scene_.actor(lock.holder);
    bool const dead = !actor.alive() && actor.state != ActorState::unborn;
    Theme const& theme = scene_.theme();
    auto const* const known = scene_.context.world.queue(queue.queue);
    ImU32 const grave = known && known->hardened() ? theme.warning : theme.error;
    ImU32 const colour = dead ? grave : theme.lock(resource);
    auto const draw = [&](Rect box, Side side, float part) {
      Port const from = out_of(box, side, part);
      scene_.canvas.link(from, into_collar(scene_.layout, queue, collar, side, from.at, -0.06F), colour,
                         scene_.canvas.px(0.25F));
    };
    for (auto const& box : scene_.layout.cards) {
      if (box.actor == lock.holder)
        return draw(box.rect, box.side, (box.title.centre().y - box.rect.top) / std::max(box.rect.height(), 1.F));
      for (auto const& end : box.ends)
        if (feeder_of(scene_.context.world.queue(end.queue), box.actor) == lock.holder)
          return draw(end.feeder.empty() ? box.rect : edge_at(box, end.feeder), box.side, 0.3F);
    }
    for (auto const& box : scene_.layout.crowds) {
      Rect const dot = scene_.layout.place(lock.holder);
      if (dot.empty() || !box.rect.contains(dot)) continue;
      return draw(box.rect, box.side, (dot.centre().y - box.rect.top) / box.rect.height());
    }
  }

  Scene const& scene_;
};

}  // namespace

void draw_links(Scene const& scene) {
  Links const links{scene};
  links.waits();
  links.holders();
}

}  // namespace qs::gui
