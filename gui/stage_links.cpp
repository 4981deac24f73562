// Lines between the boxes: who waits for what, and who holds which lock.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "gui/stage_scene.hpp"

namespace qs::gui {
namespace {

constexpr Vec2 leftwards{-1, 0}, rightwards{1, 0}, upwards{0, -1}, downwards{0, 1};

Port left_of(Rect box, float part = 0.5F) { return {{box.left, box.top + box.height() * part}, leftwards}; }
Port right_of(Rect box, float part = 0.5F) { return {{box.right, box.top + box.height() * part}, rightwards}; }
Port above(Rect box, float part = 0.5F) { return {{box.left + box.width() * part, box.top}, upwards}; }
Port below(Rect box, float part = 0.5F) { return {{box.left + box.width() * part, box.bottom}, downwards}; }

/// Out of a box that stands on this side, towards the queues.
Port out_of(Rect box, Side side, float part = 0.5F) {
  if (side == Side::left) return right_of(box, part);
  if (side == Side::right) return left_of(box, part);
  return above(box, part);
}

/// Into a lock's collar at one end of the tube, coming from that side of the stage.
Port into_collar(QueueBox const& box, Rect collar, Side from, float part) {
  bool const at_left = collar.centre().x < box.tube.centre().x;
  if (from == Side::left && at_left) return left_of(collar, part);
  if (from == Side::right && !at_left) return right_of(collar, part);
  return from == Side::bottom ? below(collar, part) : above(collar, part);
}

/// Into a box in a queue's band.
Port into(Rect box, Side from) {
  if (from == Side::left) return left_of(box);
  if (from == Side::right) return right_of(box);
  return below(box);
}

std::optional<Port> target(Scene const& scene, Resource resource, std::uint16_t object, Side from) {
  StageLayout const& layout = scene.layout;
  if (resource == Resource::child_exit) {
    Rect const child = layout.place(object);
    if (child.empty()) return std::nullopt;
    auto const* const card = layout.card(object);
    Side const side = card ? card->side : from;
    return out_of(child, side, 0.3F);
  }
  auto const* const box = layout.queue(object);
  if (!box) return std::nullopt;
  // Bytes and room are waited for at the tube itself, a little inside of the lock.
  auto const tube_top = [&](Rect end) {
    bool const at_left = end.centre().x < box->tube.centre().x;
    float const inside = std::min(3 * layout.unit, box->tube.width() * 0.1F);
    return Port{{at_left ? box->tube.left + inside : box->tube.right - inside, box->tube.top}, upwards};
  };
  switch (resource) {
    case Resource::slot: return box->slots.empty() ? into(box->title, from) : into(box->slots, from);
    case Resource::read_lock: return into_collar(*box, box->outlet, from, 0.66F);
    case Resource::write_lock: return into_collar(*box, box->inlet, from, 0.66F);
    case Resource::pipe_data: return tube_top(box->outlet);
    case Resource::pipe_room: return tube_top(box->inlet);
    case Resource::condition_lock:
    case Resource::unfinished:
    case Resource::sleeping:
    case Resource::woken_joiner:
    case Resource::barrier: return box->barrier.empty() ? into(box->title, from) : into(box->barrier, from);
    default: return std::nullopt;
  }
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
      holder(box, box.inlet, Resource::write_lock, queue->write_lock);
      holder(box, box.outlet, Resource::read_lock, queue->read_lock);
    }
  }

 private:
  ImU32 colour(ActorIndex actor) const {
    ImU32 const strong = scene_.theme().state(ActorState::blocked);
    return scene_.selected(actor) ? strong : with_alpha(strong, 0.8F);
  }

  static float waiting_height(CardBox const& box) {
    return (box.state.centre().y - box.rect.top) / std::max(box.rect.height(), 1.F);
  }

  void wait(ActorIndex index, Port from, Side side) const {
    ActorWorld const& actor = scene_.actor(index);
    if (actor.state != ActorState::blocked) return;
    if (auto const to = target(scene_, actor.waits_for, actor.waits_object, side))
      scene_.canvas.arrow(from, *to, colour(index), scene_.canvas.px(scene_.selected(index) ? 0.35F : 0.22F),
                          Canvas::Stroke::dashed);
  }

  void feeder_waits(CardBox const& box, EndBox const& end) const {
    ActorIndex const feeder = feeder_of(scene_.context.world.queue(end.queue), box.actor);
    if (feeder == nobody || end.feeder.empty()) return;
    wait(feeder, out_of(end.feeder, box.side), box.side);
    ActorWorld const& owner = scene_.actor(box.actor);
    if (owner.state == ActorState::blocked && owner.waits_for == Resource::feeder_end &&
        owner.waits_object == end.queue)
      scene_.canvas.arrow(out_of(box.rect, box.side, waiting_height(box)), above(end.feeder, 0.75F), colour(box.actor),
                          scene_.canvas.px(0.22F), Canvas::Stroke::dashed);
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
      if (auto const to = target(scene_, what.first, what.second, box.side))
        scene_.canvas.arrow(out_of(box.rect, box.side, part), *to, colour(nobody), scene_.canvas.px(thick),
                            Canvas::Stroke::dashed);
    }
  }

  void holder(QueueBox const& queue, Rect collar, Resource resource, LockWorld const& lock) const {
    if (lock.holder == nobody) return;
    ActorWorld const& actor = scene_.actor(lock.holder);
    bool const dead = !actor.alive() && actor.state != ActorState::unborn;
    Theme const& theme = scene_.theme();
    ImU32 const colour = dead ? theme.error : theme.lock(resource);
    auto const draw = [&](Rect box, Side side, float part) {
      scene_.canvas.link(out_of(box, side, part), into_collar(queue, collar, side, 0.34F), colour,
                         scene_.canvas.px(0.25F));
    };
    for (auto const& box : scene_.layout.cards) {
      if (box.actor == lock.holder)
        return draw(box.rect, box.side, (box.title.centre().y - box.rect.top) / std::max(box.rect.height(), 1.F));
      for (auto const& end : box.ends)
        if (feeder_of(scene_.context.world.queue(end.queue), box.actor) == lock.holder)
          return draw(end.feeder.empty() ? box.rect : end.feeder, box.side, 0.3F);
    }
    for (auto const& box : scene_.layout.crowds) {
      Rect const dot = scene_.layout.place(lock.holder);
      if (!dot.empty() && box.rect.contains(dot)) return draw(dot, box.side, 0.5F);
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
