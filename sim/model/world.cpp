#include "sim/model/world.hpp"

#include "sim/model/fold.hpp"

namespace qs {

namespace {

void begin_loss(World& world, Trace const& trace, ActorIndex index) {
  if (index >= world.actors.size() || index >= trace.actors.size()) return;
  auto const process = trace.actors[index].process < trace.actors.size() ? trace.actors[index].process : index;
  world.actors[index].process = process;
  world.actors[index].unseen = true;
  ++world.actors[process].losing;
  ++world.losing;
}

}  // namespace

void apply(World& world, Trace const& trace, Step step) {
  if (world.actors.size() < trace.actors.size()) world.actors.resize(trace.actors.size());
  Event const& event = trace.at(step);
  if (event.actor < trace.actors.size() && well_formed(event)) Fold(world, trace, step).run();
  world.step = step;
  world.time = event.time;
  auto const [first, last] = trace.losses_after.equal_range(step);
  for (auto loss = first; loss != last; ++loss) begin_loss(world, trace, loss->second);
}

bool World::certain_since(Step since) const {
  if (losing > 0) return false;
  return last_loss == no_step || (since != no_step && since > last_loss);
}

bool World::certain_since(Step since, ActorIndex process) const {
  if (process >= actors.size()) return certain_since(since);
  auto const& owner = actors[process];
  if (owner.losing > 0) return false;
  return owner.last_loss == no_step || (since != no_step && since > owner.last_loss);
}

bool World::knows_state(ActorIndex index) const {
  if (index >= actors.size()) return false;
  auto const& actor = actors[index];
  return !actor.unseen && (actor.process >= actors.size() || !actors[actor.process].unseen);
}

bool World::knows_call(ActorIndex index) const { return knows_state(index) && actors[index].call_known; }

// Only its holder gives a lock back; of a dead one the lock may be taken over.
bool World::knows_holder(QueueWorld const& queue, LockWorld const& lock) const {
  if (lock.holder >= actors.size()) return certain_since(lock.since);
  auto const& holder = actors[lock.holder];
  if (queue.may_be_hardened() && !holder.alive() && !certain_since(lock.since)) return false;
  return certain_since(lock.since, holder.process);
}

bool World::knows_pipe(QueueWorld const& queue) const { return certain_since(queue.known.pipe); }

bool World::knows_count(QueueWorld const& queue, Resource resource) const {
  if (auto const* lock = queue.lock(resource)) return knows_holder(queue, *lock);
  switch (resource) {
    case Resource::slot: return certain_since(queue.known.slots);
    case Resource::unfinished: return certain_since(queue.known.unfinished);
    case Resource::sleeping: return certain_since(queue.known.sleeping);
    case Resource::woken_joiner: return certain_since(queue.known.woken);
    case Resource::barrier: return certain_since(queue.known.barrier);
    default: return certain_since(no_step);
  }
}

bool World::knows_place(ItemWorld const& item) const {
  if (item.place == ItemPlace::piped || item.actor >= actors.size()) return certain_since(item.since);
  auto const& owner = actors[item.actor];
  auto const* of = queue(item.queue);
  // What the dead have in their hands, others may take.
  if (of != nullptr && of->may_be_hardened() && !owner.alive() && !certain_since(item.since)) return false;
  return certain_since(item.since, owner.process);
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
  if (auto const* lock = waited->lock(actor.waits_for)) return knows_holder(*waited, *lock) ? lock->holder : nobody;
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
