#include "sim/diagnosis/wait_graph.hpp"

#include <algorithm>
#include <deque>
#include <map>

namespace qs {

namespace {

// Enough to find one who could help; a crowd of thousands is not listed for each of its members.
constexpr std::size_t most_providers = 64;

bool is_join(Resource resource) { return resource == Resource::barrier; }

/// In a wait for a condition, an event or a barrier.
bool is_sleep(Resource resource) {
  return resource == Resource::notice || resource == Resource::flag || resource == Resource::parties;
}

}  // namespace

bool WaitGraph::is_process(ActorIndex actor) const {
  return actor < trace_.actors.size() && trace_.actors[actor].kind == ActorKind::process;
}

bool WaitGraph::dead(ActorIndex index) const {
  if (index >= world_.actors.size()) return false;
  auto const state = world_.actors[index].state;
  return state == ActorState::ended || state == ActorState::killed;
}

bool WaitGraph::waits(ActorIndex index) const {
  if (index >= world_.actors.size()) return false;
  auto const& actor = world_.actors[index];
  return actor.state == ActorState::blocked && actor.waits_for != Resource::buffered_item;
}

bool WaitGraph::repairs(ActorIndex index) const {
  if (index >= world_.actors.size() || world_.actors[index].state != ActorState::blocked) return false;
  auto const& actor = world_.actors[index];
  auto const* queue = world_.queue(actor.waits_object);
  if (facts(actor.waits_for).owner != mp::trace::ObjectKind::queue || !queue || !queue->hardened()) return false;
  if (auto const* lock = queue->lock(actor.waits_for)) return world_.knows_holder(*queue, *lock) && dead(lock->holder);
  if (actor.waits_for != Resource::barrier) return false;
  return std::any_of(world_.items.begin(), world_.items.end(), [&](auto const& known) {
    ItemWorld const& item = known.second;
    return item.queue == actor.waits_object && item.place == ItemPlace::got && dead(item.actor);
  });
}

ActorIndex WaitGraph::process_of(ActorIndex actor) const {
  if (actor >= trace_.actors.size()) return nobody;
  auto const process = trace_.actors[actor].process;
  return process < trace_.actors.size() ? process : actor;
}

bool WaitGraph::has(ActorIndex process, QueueIndex index) const {
  auto const* queue = world_.queue(index);
  if (queue == nullptr) return false;
  bool used = false, given_up = false;
  for (auto const& [actor, use] : queue->uses) {
    if (process_of(actor) != process) continue;
    (use.dropped ? given_up : used) = true;
  }
  return used || (!given_up && has_had(process, index));
}

bool WaitGraph::has_had(ActorIndex process, QueueIndex index) const {
  auto const* queue = world_.queue(index);
  if (queue == nullptr || process >= trace_.actors.size()) return false;
  bool const used = std::any_of(queue->uses.begin(), queue->uses.end(),
                                [&](auto const& use) { return process_of(use.first) == process; });
  if (used) return true;
  Step const made = index < trace_.queues.size() ? trace_.queues[index] : no_step;
  if (made == no_step || queue->creator == nobody) return true;
  ActorIndex const creator = process_of(queue->creator);
  for (ActorIndex child = process; child < world_.actors.size();) {
    auto const parent = trace_.actors[child].parent;
    if (parent == nobody || process_of(parent) == child) return false;
    if (process_of(parent) == creator) return made < world_.actors[child].started;
    child = process_of(parent);
  }
  return false;
}

bool WaitGraph::has_open(ActorIndex process, QueueIndex index, Step LocalEnd::*closed) const {
  auto const* queue = world_.queue(index);
  if (queue == nullptr || !has_had(process, index)) return false;
  Step needed_at = no_step;  // a child has open what its parent had open when it was started
  for (ActorIndex one = process; one < world_.actors.size();) {
    auto const end = queue->ends.find(one);
    if (end != queue->ends.end() && end->second.*closed < needed_at) return false;
    if (queue->creator == nobody || process_of(queue->creator) == one) return true;
    auto const parent = trace_.actors[one].parent;
    if (parent == nobody || process_of(parent) == one) return true;
    needed_at = world_.actors[one].started;
    one = process_of(parent);
  }
  return true;
}

Event const* WaitGraph::outside(ActorIndex index) const {
  if (index >= world_.actors.size() || !world_.actors[index].alive()) return nullptr;
  Step const seen = world_.actors[index].outside;
  return seen < trace_.size() ? &trace_.at(seen) : nullptr;
}

Event const* WaitGraph::foreign_thread(ActorIndex process) const {
  if (process >= world_.actors.size() || !world_.actors[process].alive()) return nullptr;
  Step const seen = world_.actors[process].foreign;
  return seen < trace_.size() && may_come(trace_.at(seen)) ? &trace_.at(seen) : nullptr;
}

// Whether an actor that is not blocked will continue, by itself or by something outside the program.
bool WaitGraph::comes_back(ActorIndex index) const {
  auto const* seen = outside(index);
  if (seen == nullptr || may_come(*seen)) return true;
  auto const what = static_cast<mp::trace::Outside>(seen->detail);
  bool const joins = what == mp::trace::Outside::thread_end || what == mp::trace::Outside::child_exit;
  if (!joins) return false;
  bool const known = seen->object < world_.actors.size();
  return known ? dead(seen->object) : what == mp::trace::Outside::child_exit;
}

bool WaitGraph::lively(ActorIndex index) const {
  if (index >= world_.actors.size()) return false;
  auto const& actor = world_.actors[index];
  bool const of_user = trace_.actors[index].kind != ActorKind::feeder;
  if (foreign_ == ForeignThreads::may_come && of_user && actor.alive() && foreign_thread(process_of(index)) != nullptr)
    return true;
  if (auto const* of_process = outside(process_of(index));
      of_process != nullptr && static_cast<mp::trace::Outside>(of_process->detail) >= mp::trace::Outside::stopped)
    return false;
  if (actor.state == ActorState::running || actor.state == ActorState::sleeping || actor.state == ActorState::exiting) {
    return comes_back(index);
  }
  if (actor.state == ActorState::unborn) return world_.step != no_step && is_process(index) && !actor.exit_code_known;
  return actor.state == ActorState::blocked && (actor.wait_timeout >= 0 || repairs(index));
}

bool WaitGraph::has_to_write(ActorIndex index, QueueIndex queue_index) const {
  auto const* queue = world_.queue(queue_index);
  if (!queue || index >= world_.actors.size()) return false;
  auto const& actor = world_.actors[index];
  if (!actor.alive()) return false;
  auto const end = queue->ends.find(actor.process);
  bool const feeds = end != queue->ends.end() && end->second.feeder == index;
  if (feeds && (!end->second.buffer.empty() || actor.item)) return true;
  return actor.call == Kind::put_begin && actor.call_object == queue_index;
}

// The alive whom `rank` gives a number, the smallest first.
template <class Rank>
std::vector<ActorIndex> WaitGraph::ranked(Rank const& rank) const {
  std::vector<std::pair<int, ActorIndex>> found;
  for (std::size_t i = 0; i < world_.actors.size(); ++i) {
    auto const index = static_cast<ActorIndex>(i);
    if (!world_.actors[i].alive()) continue;
    if (int const place = rank(index); place >= 0) found.emplace_back(place, index);
  }
  std::stable_sort(found.begin(), found.end(), [](auto const& a, auto const& b) { return a.first < b.first; });
  if (found.size() > most_providers) found.resize(most_providers);
  std::vector<ActorIndex> actors;
  for (auto const& [place, index] : found) actors.push_back(index);
  return actors;
}

bool WaitGraph::did(ActorIndex actor, QueueIndex queue, std::uint64_t QueueUse::*what) const {
  auto const& uses = world_.queues[queue].uses;
  auto const use = uses.find(actor);
  return use != uses.end() && use->second.*what > 0;
}

// The actors that could end a wait outside the library.
std::vector<ActorIndex> WaitGraph::outside_providers(ActorIndex index) const {
  auto const& seen = *outside(index);
  if (seen.object < world_.actors.size()) return {seen.object};
  if (static_cast<mp::trace::Outside>(seen.detail) != mp::trace::Outside::lock) return {};
  return neighbours(index);
}

std::vector<ActorIndex> WaitGraph::who_could_put(QueueIndex queue, ActorIndex except) const {
  QueueWorld const& world = world_.queues[queue];
  bool const nobody_can_write =
      !world.hardened() && world_.knows_holder(world, world.write_lock) && dead(world.write_lock.holder);
  bool const is_pipe = world.type == mp::trace::QueueClass::pipe;
  auto able = ranked([&](ActorIndex index) {
    auto const& actor = world_.actors[index];
    bool const gets_too = actor.call == Kind::get_begin && actor.call_object == queue;
    if (index == except || gets_too) return -1;
    if (has_to_write(index, queue)) return 0;
    if (nobody_can_write || trace_.actors[index].kind == ActorKind::feeder || actor.in_exit) return -1;
    if (!has(process_of(index), queue)) return -1;
    if (is_pipe && !has_open(process_of(index), queue, &LocalEnd::write_closed)) return -1;
    return (lively(index) ? 1 : 3) + (did(index, queue, &QueueUse::puts) ? 0 : 1);
  });
  if (able.empty() && nobody_can_write) able.push_back(world_.queues[queue].write_lock.holder);
  return able;
}

std::vector<ActorIndex> WaitGraph::who_could_get(QueueIndex queue, ActorIndex except) const {
  QueueWorld const& world = world_.queues[queue];
  bool const nobody_can_read =
      !world.hardened() && world_.knows_holder(world, world.read_lock) && dead(world.read_lock.holder);
  bool const is_pipe = world.type == mp::trace::QueueClass::pipe;
  auto able = ranked([&](ActorIndex index) {
    auto const& actor = world_.actors[index];
    if (index == except || trace_.actors[index].kind == ActorKind::feeder) return -1;
    if (actor.call == Kind::get_begin && actor.call_object == queue) return 0;
    if (nobody_can_read || actor.in_exit || (actor.call == Kind::put_begin && actor.call_object == queue)) return -1;
    if (!has(process_of(index), queue)) return -1;
    if (is_pipe && !has_open(process_of(index), queue, &LocalEnd::read_closed)) return -1;
    return (lively(index) ? 1 : 3) + (did(index, queue, &QueueUse::gets) ? 0 : 1);
  });
  if (able.empty() && nobody_can_read) able.push_back(world_.queues[queue].read_lock.holder);
  return able;
}

std::vector<ActorIndex> WaitGraph::who_could_finish_tasks(QueueIndex queue, ActorIndex except) const {
  return ranked([&](ActorIndex index) {
    auto const& actor = world_.actors[index];
    bool const joins_too = actor.call == Kind::join_begin && actor.call_object == queue;
    if (index == except || joins_too) return -1;
    if (std::any_of(actor.holding.begin(), actor.holding.end(), [&](ItemId id) {
          auto const item = world_.items.find(id);
          return item != world_.items.end() && item->second.queue == queue;
        }))
      return 0;
    if (actor.call == Kind::task_done_begin && actor.call_object == queue) return 0;
    if (actor.call == Kind::get_begin && actor.call_object == queue) return 1;
    if (trace_.actors[index].kind == ActorKind::feeder || actor.in_exit || !has(process_of(index), queue)) return -1;
    return (lively(index) ? 2 : 4) + (did(index, queue, &QueueUse::gets) ? 0 : 1);
  });
}

ActorIndex WaitGraph::writer_of_half_message(QueueIndex index) const {
  auto const* queue = world_.queue(index);
  bool const half = queue && !queue->pipe.empty() && queue->pipe.front().written < queue->pipe.front().frame;
  return half && queue->write_lock.holder < world_.actors.size() ? queue->write_lock.holder : nobody;
}

// The actors that sleep until they are woken, the dead first: they never answer.
std::vector<ActorIndex> WaitGraph::sleepers(QueueIndex object, bool (*sleeps_for)(Resource)) const {
  std::vector<ActorIndex> found;
  for (std::size_t i = 0; i < world_.actors.size() && found.size() < most_providers; ++i) {
    auto const& actor = world_.actors[i];
    bool const sleeps = sleeps_for(actor.waits_for) && actor.waits_object == object;
    if (sleeps && (actor.state == ActorState::blocked || actor.state == ActorState::killed)) {
      found.push_back(static_cast<ActorIndex>(i));
    }
  }
  std::stable_partition(found.begin(), found.end(), [&](ActorIndex sleeper) { return dead(sleeper); });
  return found;
}

// Whose process has the event, condition or barrier, and who does not wait for the same itself.
std::vector<ActorIndex> WaitGraph::who_could_signal(QueueIndex object, ActorIndex except) const {
  return ranked([&](ActorIndex index) {
    auto const& actor = world_.actors[index];
    bool const sleeps_too = is_sleep(actor.waits_for) && actor.waits_object == object;
    if (index == except || sleeps_too || trace_.actors[index].kind == ActorKind::feeder || actor.in_exit) return -1;
    return has(process_of(index), object) ? lively(index) ? 0 : 1 : -1;
  });
}

std::vector<ActorIndex> WaitGraph::who_has_permits(QueueIndex object, ActorIndex except) const {
  std::vector<ActorIndex> holders;
  for (auto const& [holder, permits] : world_.queues[object].permits) holders.push_back(holder);
  std::stable_partition(holders.begin(), holders.end(), [&](ActorIndex holder) { return lively(holder); });
  return holders.empty() ? who_could_signal(object, except) : holders;
}

// The thread of the same process that gets from this queue and hands out what it gets; a dead one is among them.
std::vector<ActorIndex> WaitGraph::who_hands_out_results(QueueIndex object, ActorIndex waiter) const {
  std::vector<ActorIndex> found;
  for (auto const& [actor, use] : world_.queues[object].uses) {
    bool const gets = use.first_get != no_step && actor != waiter && process_of(actor) == process_of(waiter);
    if (gets) found.push_back(actor);
  }
  std::stable_partition(found.begin(), found.end(), [&](ActorIndex actor) { return !dead(actor); });
  return found;
}

// The other threads of its process.
std::vector<ActorIndex> WaitGraph::neighbours(ActorIndex of) const {
  return ranked([&](ActorIndex other) {
    bool const neighbour = other != of && process_of(other) == process_of(of);
    if (!neighbour || trace_.actors[other].kind == ActorKind::feeder) return -1;
    return lively(other) ? 0 : 1;
  });
}

std::vector<ActorIndex> WaitGraph::providers(ActorIndex index) const {
  if (outside(index) != nullptr && !waits(index)) return outside_providers(index);
  if (!waits(index)) return {};
  auto const& actor = world_.actors[index];
  auto const object = actor.waits_object;
  bool const of_queue = facts(actor.waits_for).owner == mp::trace::ObjectKind::queue;
  if (of_queue && !world_.queue(object)) return {};
  switch (actor.waits_for) {
    case Resource::pipe_data:
      if (auto const writer = writer_of_half_message(object); writer != nobody) return {writer};
      return who_could_put(object, index);
    case Resource::pipe_room:
    case Resource::slot: return who_could_get(object, index);
    case Resource::barrier: return who_could_finish_tasks(object, index);
    case Resource::woken_joiner: return sleepers(object, is_join);
    case Resource::acknowledgement: return sleepers(object, is_sleep);
    case Resource::notice:
    case Resource::flag:
    case Resource::parties: return who_could_signal(object, index);
    case Resource::permit: return who_has_permits(object, index);
    case Resource::result: return who_hands_out_results(object, index);
    case Resource::private_item:
    case Resource::private_room:
    case Resource::neighbour: return neighbours(index);
    case Resource::any_ready:
      return ranked([&](ActorIndex other) { return other == index ? -1 : lively(other) ? 0 : 1; });
    default: break;
  }
  auto const holder = world_.holder_of_wait(index);
  return holder < world_.actors.size() ? std::vector{holder} : std::vector<ActorIndex>{};
}

std::vector<ActorIndex> WaitGraph::path(ActorIndex from) const {
  if (auto way = path_to_lively(from); !way.empty()) return way;
  std::vector<ActorIndex> way{from};
  while (!dead(way.back())) {
    auto const next = providers(way.back());
    if (next.empty()) break;
    bool const seen = std::find(way.begin(), way.end(), next.front()) != way.end();
    way.push_back(next.front());
    if (seen) break;
  }
  return way;
}

std::vector<ActorIndex> WaitGraph::path_to_lively(ActorIndex from) const {
  std::map<ActorIndex, ActorIndex> came_from{{from, from}};
  std::deque<ActorIndex> open{from};
  while (!open.empty()) {
    auto const at = open.front();
    open.pop_front();
    if (lively(at)) {
      std::vector<ActorIndex> way{at};
      while (way.back() != from) way.push_back(came_from[way.back()]);
      std::reverse(way.begin(), way.end());
      return way;
    }
    for (ActorIndex const next : providers(at)) {
      if (came_from.try_emplace(next, at).second) open.push_back(next);
    }
  }
  return {};
}

}  // namespace qs
