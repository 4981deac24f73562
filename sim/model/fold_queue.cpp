#include <algorithm>

#include "sim/model/fold.hpp"

namespace qs {

using mp::trace::Chunk, mp::trace::QueueClass, mp::trace::QueueFacts, mp::trace::QueueKind;

namespace {

void count_pipe_bytes(QueueWorld& queue) {
  queue.pipe_bytes = 0;
  for (auto const& message : queue.pipe) queue.pipe_bytes += message.written - std::min(message.read, message.written);
}

bool moves_an_item(Kind kind) {
  return kind == Kind::put_begin || kind == Kind::buffer_append || kind == Kind::buffer_take ||
         kind == Kind::serialised || kind == Kind::serialise_failed || kind == Kind::pipe_broken;
}

}  // namespace

void Fold::on_queue(QueueWorld& queue) {
  if (moves_an_item(event_.kind) && !event_.item()) return;
  if (trace_.actors[event_.actor].kind != ActorKind::feeder) use(queue.uses[event_.actor]);
  switch (event_.kind) {
    case Kind::queue_new: create(queue); break;
    case Kind::acquired: acquire(queue); break;
    case Kind::released: release(queue); break;
    case Kind::repaired: repair(queue); break;
    case Kind::thread_begin: end_of(queue).feeder = event_.actor; break;
    case Kind::queue_close: end_of(queue).closed = true; break;
    case Kind::cancel_join_thread: end_of(queue).join_cancelled = true; break;
    case Kind::put_begin: begin_put(); break;
    case Kind::put_end: end_put(queue); break;
    case Kind::buffer_append: append(queue); break;
    case Kind::buffer_take: take(queue); break;
    case Kind::serialised:
      item(event_.item()).bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(event_.argument, 0));
      break;
    case Kind::serialise_failed:
    case Kind::pipe_broken:
      item(event_.item());
      drop(event_.item());
      actor_.item = {};
      break;
    case Kind::pipe_write: write(queue); break;
    case Kind::pipe_read: read(queue); break;
    case Kind::get_end: end_get(queue); break;
    case Kind::task_lost: lose_task(queue); break;
    case Kind::task_returned: return_task(queue); break;
    case Kind::task_done_end: finish_task(queue); break;
    default: break;
  }
}

void Fold::use(QueueUse& use) const {
  use.dropped = event_.kind == Kind::queue_gone;
  bool const ok = event_.outcome() == Outcome::ok;
  switch (event_.kind) {
    case Kind::put_end:
      if (!ok) break;
      ++use.puts;
      use.last_put = step_;
      use.marks_put += is_mark(event_.item());
      break;
    case Kind::get_begin:
      if (use.first_get == no_step) use.first_get = step_;
      use.last_get_call = step_;
      use.asks_at_once = event_.argument == 0;
      break;
    case Kind::get_end:
      if (event_.outcome() == Outcome::empty) {
        ++use.in_vain;
        use.polls += use.asks_at_once;
      }
      if (!ok) break;
      ++use.gets;
      use.in_vain = 0;
      use.last_get = step_;
      if (!is_mark(event_.item())) break;
      ++use.marks_got;
      use.last_mark = step_;
      break;
    case Kind::empty:
      use.polls += event_.argument != 0;
      use.asked = true;
      break;
    default: break;
  }
}

bool Fold::is_mark(ItemId id) const {
  auto const put = trace_.put_of(id);
  return put != no_step && (trace_.at(put).detail & mp::trace::item_sentinel) != 0;
}

void Fold::create(QueueWorld& queue) {
  auto const facts = QueueFacts::unpack(event_.argument);
  if (auto name = trace_.text(step_); !name.empty()) queue.name = name;
  auto const kind = QueueKind::unpack(event_.detail);
  queue.type = kind.type;
  queue.mechanism = kind.mechanism;
  queue.creator = event_.actor;
  queue.maxsize = facts.maxsize;
  queue.capacity = facts.capacity;
  queue.free_slots = facts.maxsize;
}

void Fold::acquire(QueueWorld& queue) {
  if (event_.resource() == Resource::unfinished) close_task();
  if (auto* value = count_of(queue)) --*value;
  if (auto* lock = lock_of(queue)) {
    --lock->value;
    lock->holder = event_.actor;
    lock->since = step_;
  }
}

void Fold::release(QueueWorld& queue) {
  if (auto* value = count_of(queue)) ++*value;
  if (auto* lock = lock_of(queue)) {
    ++lock->value;
    lock->holder = nobody;
    lock->since = step_;
  }
}

/// Its holder died; nobody had it when it was taken after that.
void Fold::repair(QueueWorld& queue) {
  if (auto* lock = lock_of(queue)) *lock = {.value = 1, .holder = nobody, .since = step_};
}

LockWorld* Fold::lock_of(QueueWorld& queue) const {
  switch (event_.resource()) {
    case Resource::read_lock: return &queue.read_lock;
    case Resource::write_lock: return &queue.write_lock;
    case Resource::condition_lock: return &queue.condition_lock;
    default: return nullptr;
  }
}

std::int64_t* Fold::count_of(QueueWorld& queue) const {
  switch (event_.resource()) {
    case Resource::slot: return &queue.free_slots;
    case Resource::unfinished: return &queue.unfinished;
    case Resource::sleeping: return &queue.sleeping;
    case Resource::woken_joiner: return &queue.woken;
    case Resource::barrier: return &queue.barrier;
    default: return nullptr;
  }
}

void Fold::begin_put() {
  auto& entry = item(event_.item());
  entry = {.queue = event_.object, .put = step_, .sentinel = (event_.detail & mp::trace::item_sentinel) != 0};
  move(entry, ItemPlace::putting, event_.actor);
  actor_.item = event_.item();
}

void Fold::end_put(QueueWorld& queue) {
  if (event_.outcome() == Outcome::ok) {
    ++queue.puts;
    ++actor_.puts;
  } else if (auto found = world_.items.find(event_.item());
             found != world_.items.end() && found->second.place == ItemPlace::putting) {
    world_.items.erase(found);
  }
  if (actor_.item == event_.item()) actor_.item = {};
}

void Fold::append(QueueWorld& queue) {
  auto& end = end_of(queue);
  end.buffer.push_back(event_.item());
  ++end.appended;
  move(item(event_.item()), ItemPlace::buffered, process_of(event_.actor));
  actor_.item = {};
}

void Fold::take(QueueWorld& queue) {
  auto& entry = item(event_.item());
  if (entry.place == ItemPlace::buffered) {
    auto& buffer = end_of(queue).buffer;
    auto const found = std::find(buffer.begin(), buffer.end(), event_.item());
    if (found != buffer.end()) forget_until(buffer, found, [](ItemId id) { return id; });
  }
  move(entry, ItemPlace::feeding, event_.actor);
  actor_.item = event_.item();
}

// What comes out of a queue is its front. Where it is not, and events were lost, those ahead of it have
// come out unseen.
template <class Line, class Place, class ItemOf>
void Fold::forget_until(Line& line, Place found, ItemOf item_of) {
  if (world_.lost == 0) {
    line.erase(found);
    return;
  }
  for (auto ahead = line.begin(); ahead != found; ++ahead) {
    if (item_of(*ahead) != item_of(*found)) world_.items.erase(item_of(*ahead));
  }
  line.erase(line.begin(), found + 1);
}

void Fold::write(QueueWorld& queue) {
  auto const chunk = Chunk::unpack(event_.argument);
  bool const goes_on = !queue.pipe.empty() && queue.pipe.back().item == event_.item() &&
                       queue.pipe.back().written < queue.pipe.back().frame;
  if (!goes_on) queue.pipe.push_back({.item = event_.item()});
  auto& message = queue.pipe.back();
  message.written += chunk.bytes;
  message.frame = message.written + chunk.missing;
  queue.pipe_bytes += chunk.bytes;
  queue.most_items = std::max<std::uint64_t>(queue.most_items, queue.pipe.size());
  queue.most_bytes = std::max(queue.most_bytes, queue.pipe_bytes);
  if (event_.item() && !goes_on) move(item(event_.item()), ItemPlace::piped, nobody);
  if (chunk.missing != 0) return;
  actor_.item = {};
  if (queue.mechanism != mp::Mechanism::hardened) return;
  --queue.free_slots;
  if (queue.type == QueueClass::joinable) ++queue.unfinished;
}

void Fold::read(QueueWorld& queue) {
  auto const chunk = Chunk::unpack(event_.argument);
  auto message = queue.pipe.begin();
  if (event_.item()) {
    message = std::find_if(message, queue.pipe.end(), [&](PipeMessage const& m) { return m.item == event_.item(); });
  }
  queue.pipe_bytes -= std::min<std::uint64_t>(queue.pipe_bytes, chunk.bytes);
  ItemId const id = message == queue.pipe.end() ? event_.item() : message->item;
  if (message != queue.pipe.end()) {
    message->read += chunk.bytes;
    if (chunk.missing == 0) {
      if (queue.mechanism == mp::Mechanism::hardened && !message->returned) ++queue.free_slots;
      forget_until(queue.pipe, message, [](PipeMessage const& m) { return m.item; });
      if (world_.lost > 0) count_pipe_bytes(queue);
    }
  }
  if (chunk.missing == 0 && id) {
    move(item(id), ItemPlace::got, event_.actor);
    actor_.item = id;
  }
}

void Fold::end_get(QueueWorld& queue) {
  if (event_.outcome() != Outcome::ok) return;
  ++queue.gets;
  ++actor_.gets;
  ItemId const id = event_.item() ? event_.item() : actor_.item;
  if (!id) return;
  auto& entry = item(id);
  move(entry, ItemPlace::got, event_.actor);
  actor_.item = id;
  if (queue.type == QueueClass::joinable) actor_.holding.push_back(id);
}

// The task is done with this, also if its consumer is killed before task_done returns.
void Fold::close_task() {
  auto found = world_.items.find(event_.item());
  if (found == world_.items.end()) return;
  let_go(found->second.actor, event_.item());
  move(found->second, ItemPlace::done, event_.actor);
}

void Fold::lose_task(QueueWorld& queue) {
  --queue.unfinished;
  auto const found = world_.items.find(event_.item());
  if (found == world_.items.end()) return;
  let_go(found->second.actor, event_.item());
  drop(event_.item());
}

void Fold::return_task(QueueWorld& queue) {
  auto const found = world_.items.find(event_.item());
  if (found == world_.items.end()) return;
  auto const chunk = Chunk::unpack(event_.argument);
  queue.pipe.push_front({.item = event_.item(), .frame = chunk.bytes, .written = chunk.bytes, .returned = true});
  queue.pipe_bytes += chunk.bytes;
  if (found->second.place == ItemPlace::dropped) --queue.dropped;
  let_go(found->second.actor, event_.item());
  move(found->second, ItemPlace::piped, nobody);
}

void Fold::let_go(ActorIndex getter, ItemId id) {
  if (getter >= world_.actors.size()) return;
  std::erase(world_.actors[getter].holding, id);
  if (world_.actors[getter].item == id) world_.actors[getter].item = {};
}

void Fold::finish_task(QueueWorld& queue) {
  if (event_.outcome() != Outcome::ok) return;
  ++queue.tasks_done;
  ++actor_.tasks_done;
  ItemId const id = event_.item() ? event_.item() : actor_.holding.empty() ? ItemId{} : actor_.holding.front();
  auto found = world_.items.find(id);
  if (found == world_.items.end()) return;
  let_go(found->second.actor, id);
  world_.items.erase(found);
}

QueueWorld& Fold::queue(QueueIndex index) const {
  if (world_.queues.size() <= index) world_.queues.resize(std::size_t{index} + 1);
  auto& queue = world_.queues[index];
  if (!queue.exists) {
    queue.exists = true;
    queue.name = trace_.queue_name(index);
  }
  return queue;
}

LocalEnd& Fold::end_of(QueueWorld& queue) const { return queue.ends[process_of(event_.actor)]; }

ItemWorld& Fold::item(ItemId id) const {
  auto [entry, is_new] = world_.items.try_emplace(id);
  if (is_new) {
    entry->second.queue = event_.object;
    entry->second.put = trace_.put_of(id);
  }
  return entry->second;
}

void Fold::move(ItemWorld& item, ItemPlace place, ActorIndex actor) const {
  item.place = place;
  item.since = step_;
  item.actor = actor;
}

void Fold::drop(ItemId id) {
  auto found = world_.items.find(id);
  if (found == world_.items.end() || found->second.place == ItemPlace::dropped) return;
  move(found->second, ItemPlace::dropped, found->second.actor);
  if (auto const index = found->second.queue; index < world_.queues.size()) ++world_.queues[index].dropped;
}

}  // namespace qs
