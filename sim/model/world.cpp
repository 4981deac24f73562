#include "sim/model/world.hpp"

#include "sim/model/fold.hpp"

namespace qs {

void apply(World& world, Trace const& trace, Step step) {
  if (world.actors.size() < trace.actors.size()) world.actors.resize(trace.actors.size());
  Event const& event = trace.at(step);
  if (event.actor < trace.actors.size() && well_formed(event)) Fold(world, trace, step).run();
  world.step = step;
  world.time = event.time;
}

bool may_come(Event const& seen) {
  using mp::trace::Outside;
  auto const what = static_cast<Outside>(seen.detail);
  return what == Outside::computing || what == Outside::sleeping || what == Outside::input;
}

QueueWorld const* World::queue(std::uint16_t object) const {
  return object < queues.size() && queues[object].exists ? &queues[object] : nullptr;
}

ActorIndex World::holder_of_wait(ActorIndex index) const {
  if (index >= actors.size() || actors[index].state != ActorState::blocked) return nobody;
  auto const& actor = actors[index];
  if (facts(actor.waits_for).owner == mp::trace::ObjectKind::actor) return actor.waits_object;
  auto const* waited = queue(actor.waits_object);
  if (!waited) return nobody;
  if (auto const* lock = waited->lock(actor.waits_for)) return lock->holder;
  if (actor.waits_for == Resource::feeder_end) {
    auto end = waited->ends.find(actor.process);
    return end == waited->ends.end() ? nobody : end->second.feeder;
  }
  return nobody;
}

LockWorld const* QueueWorld::lock(Resource resource) const {
  switch (resource) {
    case Resource::read_lock: return &read_lock;
    case Resource::write_lock: return &write_lock;
    case Resource::condition_lock: return &condition_lock;
    case Resource::mutex: return &mutex;
    default: return nullptr;
  }
}

std::int64_t QueueWorld::semaphore(Resource resource) const {
  if (auto const* held = lock(resource)) return held->value;
  switch (resource) {
    case Resource::slot: return free_slots;
    case Resource::unfinished: return unfinished;
    case Resource::sleeping: return sleeping;
    case Resource::woken_joiner: return woken;
    case Resource::barrier: return barrier;
    case Resource::permit: return free_permits;
    case Resource::sleeper: return sleepers;
    case Resource::acknowledgement: return acknowledgements;
    case Resource::notice:
    case Resource::flag:
    case Resource::parties: return notices;
    default: return 0;
  }
}

}  // namespace qs
