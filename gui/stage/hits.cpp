#include "gui/stage/hits.hpp"

#include "sim/model/items.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

Selection of_actor(ActorIndex actor) { return {Selection::What::actor, actor, 0, {}}; }

std::uint64_t time_since(Scene const& scene, Step step) {
  auto const& trace = scene.context.trace;
  if (step >= trace.size() || trace.at(step).time > scene.context.world.time) return 0;
  return scene.context.world.time - trace.at(step).time;
}

std::string actor_details_of(Scene const& scene, ActorIndex index) {
  ActorWorld const& actor = scene.actor(index);
  auto const& trace = scene.context.trace;
  std::string text = scene.cast.name(index);
  if (index < trace.actors.size() && trace.actors[index].pid != 0)
    text += (trace.actors[index].kind == ActorKind::process ? ", pid " : ", thread ") +
            std::to_string(trace.actors[index].pid);
  text += "\n" + state_line(trace, scene.context.world, index) + "\n";
  if (actor.state != ActorState::unborn && actor.since != no_step)
    text += "for " + duration(time_since(scene, actor.since)) + ", since step " + number(actor.since) + "\n";
  if (auto const where = place(trace, actor.location); !where.empty()) text += "at " + where + "\n";
  if (actor.puts + actor.gets > 0)
    text += number(actor.puts) + " put, " + number(actor.gets) + " got, " + number(actor.tasks_done) + " done\n";
  text += "blocked for " + duration(actor.blocked_ns) + " before that\n";
  return text;
}

std::string queue_details_of(Scene const& scene, QueueIndex index) {
  auto const* const queue = scene.context.world.queue(index);
  if (!queue) return {};
  std::size_t buffered = 0;
  for (auto const& [process, end] : queue->ends) buffered += end.buffer.size();
  std::string text = queue->name + "\n";
  text += number(queue->puts) + " put, " + number(queue->gets) + " got, " + number(queue->dropped) + " lost\n";
  if (queue->hardened()) {
    text += count(queue->pipe.size(), "item") + " in the shared log\n";
    text += "log: " + byte_count(queue->pipe_bytes) + "\n";
  } else {
    text += count(buffered, "item") + " in buffers, " + count(queue->pipe.size(), "item") + " in the pipe\n";
    text += "pipe: " + number(queue->pipe_bytes) + " of " + byte_count(queue->capacity) + "\n";
  }
  for (auto const& [resource, lock] : {std::pair{"read lock", &queue->read_lock}, {"write lock", &queue->write_lock}}) {
    text += std::string{resource};
    text += lock->holder == nobody ? " is free\n" : " is held by " + scene.cast.name(lock->holder) + "\n";
  }
  return text;
}

std::string item_details_of(Scene const& scene, ItemId item) {
  auto const& context = scene.context;
  std::string text = item_name(context.trace, item) + "\n";
  auto const found = context.world.items.find(item);
  if (found == context.world.items.end()) return text;
  auto const& it = found->second;
  text += std::string{place_words(it.place, context.trace.mechanism(it.queue))};
  if (it.actor != nobody) text += " of " + scene.cast.name(it.actor);
  text += " for " + duration(time_since(scene, it.since)) + "\n";
  text += "put " + duration(time_since(scene, it.put)) + " ago\n";
  if (it.bytes > 0) text += byte_count(it.bytes) + "\n";
  if (it.sentinel) text += "a sentinel\n";
  return text;
}

}  // namespace

Selection hit(Scene const& scene, ItemPlaces const& items, Vec2 point) {
  for (auto const& chip : items.chips)
    if (chip.rect.contains(point)) return {Selection::What::item, nobody, 0, chip.item};
  StageLayout const& layout = scene.layout;
  for (auto const& box : layout.cards)
    for (auto const& end : box.ends)
      if (end.feeder.contains(point))
        if (ActorIndex const feeder = feeder_of(scene.context.world.queue(end.queue), box.actor); feeder != nobody)
          return of_actor(feeder);
  for (auto const& box : layout.cards)
    if (box.rect.contains(point)) return of_actor(box.actor);
  for (auto const& box : layout.crowds)
    for (std::size_t i = 0; i < box.members.size(); ++i)
      if (box.dot(i).contains(point)) return of_actor(box.members[i]);
  for (auto const& box : layout.queues)
    if (box.band.contains(point)) return {Selection::What::queue, nobody, box.queue, {}};
  return {};
}

std::string details_of(Scene const& scene, Selection const& what) {
  switch (what.what) {
    case Selection::What::actor: return actor_details_of(scene, what.actor);
    case Selection::What::queue: return queue_details_of(scene, what.queue);
    case Selection::What::item: return item_details_of(scene, what.item);
    case Selection::What::nothing: break;
  }
  return {};
}

}  // namespace qs::gui
