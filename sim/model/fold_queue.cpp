#include <algorithm>

#include "sim/model/fold.hpp"

namespace qs {

using mp::trace::Chunk, mp::trace::QueueClass, mp::trace::QueueFacts, mp::trace::QueueKind;

namespace {

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
    case Kind::blocked: see_wait(queue); break;
    case Kind::qsize: see_size(queue); break;
    case Kind::thread_begin: end_of(queue).feeder = event_.actor; break;
    case Kind::queue_close: end_of(queue).closed = true; break;
    case Kind::cancel_join_thread: end_of(queue).join_cancelled = true; break;
    case Kind::read_end_closed: end_of(queue).read_closed = step_; break;
    case Kind::write_end_closed: end_of(queue).write_closed = step_; break;
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
      break;
    case Kind::get_begin:
      if (use.first_get == no_step) use.first_get = step_;
      use.last_get_call = step_;
      break;
    case Kind::get_end:
      use.in_vain += event_.outcome() == Outcome::empty;
      if (!ok) break;
      ++use.gets;
      use.in_vain = 0;
      use.last_get = step_;
      break;
    case Kind::empty: use.asked = true; break;
    default: break;
  }
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
  queue.free_slots = queue.free_permits = facts.maxsize;
  queue.known = {
      .pipe = step_, .slots = step_, .unfinished = step_, .sleeping = step_, .woken = step_, .barrier = step_};
  for (auto* lock : {&queue.read_lock, &queue.write_lock, &queue.condition_lock}) lock->since = step_;
}

// An event is emitted shortly before or after the operation it describes. So when an actor has just read a semaphore,
// another actor's last event may describe an operation that is still to come, or one may have no event yet.
bool Fold::slot_in_flight(QueueWorld const& queue) const {
  if (queue.slot_step != no_step && queue.slot_step > before_) return true;
  for (std::size_t index = 0; index < world_.actors.size(); ++index) {
    auto const last = world_.actors[index].last_step;
    if (index == event_.actor || last >= step_ || !world_.actors[index].alive()) continue;
    Event const& event = trace_.at(last);
    bool const same = event.object == event_.object && event.detail == static_cast<std::uint8_t>(Resource::slot);
    if (same && (event.kind == Kind::released || event.kind == Kind::acquired)) return true;
  }
  return false;
}

// After lost events: an actor that has to wait for something shows that there is none of it. It looked after its own
// previous event; anything since then may have happened after that look.
void Fold::see_wait(QueueWorld& queue) {
  if (world_.losing > 0 || before_ == no_step) return;
  bool const write_lock_is_free = queue.write_lock.holder == nobody && queue.write_lock.since < before_ &&
                                  world_.knows_holder(queue, queue.write_lock);
  ActorIndex const reader = queue.read_lock.holder;
  bool const nobody_else_reads =
      (reader == nobody || reader == event_.actor) && world_.knows_holder(queue, queue.read_lock);
  bool const nothing_to_read =
      event_.resource() == Resource::pipe_data && write_lock_is_free && nobody_else_reads && !queue.read_partly;
  if (nothing_to_read && !world_.knows_pipe(queue)) {
    while (!queue.pipe.empty()) forget_first_message(queue);
    queue.pipe_bytes = 0;
    queue.known.pipe = step_;
    if (queue.creator != nobody && queue.hardened()) {
      queue.free_slots = queue.maxsize;
      queue.known.slots = step_;
    }
  }
  bool const full = event_.resource() == Resource::slot && queue.creator != nobody && !queue.hardened();
  if (full && !world_.knows_count(queue, Resource::slot) && !slot_in_flight(queue)) {
    queue.free_slots = 0;
    queue.known.slots = step_;
  }
}

void Fold::see_size(QueueWorld& queue) {
  bool const semaphore = queue.creator != nobody && !queue.hardened() && queue.type != QueueClass::simple;
  if (!semaphore || world_.losing > 0 || before_ == no_step || world_.knows_count(queue, Resource::slot) ||
      slot_in_flight(queue))
    return;
  queue.free_slots = queue.maxsize - event_.argument;
  queue.known.slots = step_;
}

void Fold::acquire(QueueWorld& queue) {
  if (event_.resource() == Resource::slot) queue.slot_step = step_;
  if (event_.resource() == Resource::unfinished) close_task();
  // Whatever events were lost, a semaphore is never negative, and whoever has just acquired a lock holds it.
  if (auto* value = count_of(queue)) *value = std::max<std::int64_t>(*value - 1, 0);
  if (auto* lock = lock_of(queue)) {
    lock->value = 0;
    lock->holder = event_.actor;
    lock->since = step_;
  }
  if (event_.resource() == Resource::permit) ++queue.permits[event_.actor];
}

void Fold::release(QueueWorld& queue) {
  if (event_.resource() == Resource::slot) queue.slot_step = step_;
  if (auto* value = count_of(queue)) ++*value;
  if (event_.resource() == Resource::permit) give_permit_back(queue);
  // Whoever finds all tasks done wakes the joiners, under the lock.
  if (event_.resource() == Resource::barrier && queue.creator != nobody && !queue.hardened() && world_.losing == 0 &&
      !world_.knows_count(queue, Resource::unfinished)) {
    queue.unfinished = 0;
    queue.known.unfinished = step_;
  }
  queue.free_slots = std::min<std::int64_t>(queue.free_slots, queue.maxsize);
  if (auto* lock = lock_of(queue)) {
    lock->value = 1;
    lock->holder = nobody;
    lock->since = step_;
  }
}

/// A semaphore may be released by another actor than the one that acquired it: then it gives back the permit of one of
/// the holders.
void Fold::give_permit_back(QueueWorld& queue) {
  auto held = queue.permits.find(event_.actor);
  if (held == queue.permits.end()) held = queue.permits.begin();
  if (held != queue.permits.end() && --held->second <= 0) queue.permits.erase(held);
}

/// The holder died and the lock was taken over.
void Fold::repair(QueueWorld& queue) {
  if (auto* lock = lock_of(queue)) *lock = {.value = 1, .holder = nobody, .since = step_};
}

LockWorld* Fold::lock_of(QueueWorld& queue) const {
  switch (event_.resource()) {
    case Resource::read_lock: return &queue.read_lock;
    case Resource::write_lock: return &queue.write_lock;
    case Resource::condition_lock: return &queue.condition_lock;
    case Resource::mutex: return &queue.mutex;
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
    case Resource::permit: return &queue.free_permits;
    case Resource::sleeper: return &queue.sleepers;
    case Resource::acknowledgement: return &queue.acknowledgements;
    case Resource::notice:
    case Resource::flag:
    case Resource::parties: return &queue.notices;
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
  ++end.appended;
  auto& entry = item(event_.item());
  entry.number_in_line = end.buffer.push_back(event_.item());
  move(entry, ItemPlace::buffered, process_of(event_.actor));
  actor_.item = {};
}

void Fold::take(QueueWorld& queue) {
  auto& entry = item(event_.item());
  if (entry.place == ItemPlace::buffered) leave_buffer(end_of(queue).buffer, event_.item());
  move(entry, ItemPlace::feeding, event_.actor);
  actor_.item = event_.item();
}

// Items leave a queue at its front. If one leaves from further back, the events of those ahead of it were lost.
void Fold::leave_buffer(NumberedLine<ItemId>& buffer, ItemId id) {
  auto const number = number_in_line(id);
  if (auto const* found = buffer.find(number); found == nullptr || *found != id) return;
  for (; world_.lost > 0 && buffer.front_number() != number; buffer.pop_front()) {
    forget(buffer.front(), ItemPlace::buffered);
  }
  buffer.erase(number);
}

void Fold::leave_pipe(QueueWorld& queue, std::uint64_t number) {
  while (world_.lost > 0 && queue.pipe.front_number() != number) forget_first_message(queue);
  remove_message(queue, number);
}

void Fold::forget_first_message(QueueWorld& queue) {
  forget(queue.pipe.front().item, ItemPlace::piped);
  remove_message(queue, queue.pipe.front_number());
}

void Fold::remove_message(QueueWorld& queue, std::uint64_t number) {
  PipeMessage const& message = *queue.pipe.find(number);
  queue.pipe_bytes -= message.unread();
  if (queue.hardened() && !message.returned && queue.free_slots < queue.maxsize) ++queue.free_slots;
  queue.pipe.erase(number);
}

/// The event of its leaving was lost, unless it is known to be elsewhere by now.
void Fold::forget(ItemId id, ItemPlace place) {
  auto const found = world_.items.find(id);
  if (found != world_.items.end() && found->second.place == place) world_.items.erase(found);
}

/// The number of the message with this item, or of the first message if no item is given; 0 if there is none.
std::uint64_t Fold::number_of_message(QueueWorld& queue, ItemId id) const {
  if (!id) return queue.pipe.empty() ? 0 : queue.pipe.front_number();
  auto const number = number_in_line(id);
  auto const* const message = queue.pipe.find(number);
  return message != nullptr && message->item == id ? number : 0;
}

// A pipe never holds more than its capacity: the events of reading the excess, oldest first, were lost.
void Fold::keep_within_capacity(QueueWorld& queue) {
  while (queue.capacity != 0 && queue.pipe_bytes > queue.capacity) {
    PipeMessage& first = queue.pipe.front();
    auto const read_unseen = std::min(queue.pipe_bytes - queue.capacity, first.unread());
    first.read += read_unseen;
    queue.pipe_bytes -= read_unseen;
    if (first.unread() > 0 || queue.pipe.size() == 1) return;
    forget_first_message(queue);
  }
}

std::uint64_t Fold::number_in_line(ItemId id) const {
  auto const found = world_.items.find(id);
  return found == world_.items.end() ? 0 : found->second.number_in_line;
}

void Fold::write(QueueWorld& queue) {
  auto const chunk = Chunk::unpack(event_.argument);
  bool const goes_on = !queue.pipe.empty() && queue.pipe.back().item == event_.item() &&
                       queue.pipe.back().written < queue.pipe.back().frame;
  auto const number = goes_on ? 0 : queue.pipe.push_back({.item = event_.item()});
  auto& message = queue.pipe.back();
  message.written += chunk.bytes;
  message.frame = message.written + chunk.missing;
  queue.pipe_bytes += chunk.bytes;
  keep_within_capacity(queue);
  queue.most_items = std::max<std::uint64_t>(queue.most_items, queue.pipe.size());
  queue.most_bytes = std::max(queue.most_bytes, queue.pipe_bytes);
  if (event_.item() && !goes_on) {
    auto& entry = item(event_.item());
    entry.number_in_line = number;
    move(entry, ItemPlace::piped, nobody);
  }
  if (chunk.missing != 0) return;
  actor_.item = {};
  if (queue.mechanism != mp::Mechanism::hardened) return;
  queue.free_slots = std::max<std::int64_t>(queue.free_slots - 1, 0);
  if (queue.type == QueueClass::joinable) ++queue.unfinished;
}

void Fold::read(QueueWorld& queue) {
  auto const chunk = Chunk::unpack(event_.argument);
  queue.read_partly = chunk.missing != 0;
  auto const number = number_of_message(queue, event_.item());
  PipeMessage* const message = queue.pipe.find(number);
  ItemId const id = message == nullptr ? event_.item() : message->item;
  if (message != nullptr) {
    auto const before = message->unread();
    message->read += chunk.bytes;
    queue.pipe_bytes -= before - message->unread();
    if (chunk.missing == 0) leave_pipe(queue, number);
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
  if (auto const number = number_of_message(queue, id))
    leave_pipe(queue, number);  // the events of its reading were lost
  auto& entry = item(id);
  move(entry, ItemPlace::got, event_.actor);
  actor_.item = id;
  if (queue.type == QueueClass::joinable) entry.number_in_hands = actor_.holding.push_back(id);
}

// This completes the task, even if the consumer is killed before task_done returns.
void Fold::close_task() {
  auto found = world_.items.find(event_.item());
  if (found == world_.items.end()) return;
  let_go(found->second.actor, event_.item());
  move(found->second, ItemPlace::done, event_.actor);
}

void Fold::lose_task(QueueWorld& queue) {
  queue.unfinished = std::max<std::int64_t>(queue.unfinished - 1, 0);
  auto const found = world_.items.find(event_.item());
  if (found == world_.items.end()) return;
  let_go(found->second.actor, event_.item());
  drop(event_.item());
}

void Fold::return_task(QueueWorld& queue) {
  auto const found = world_.items.find(event_.item());
  if (found == world_.items.end()) return;
  auto const chunk = Chunk::unpack(event_.argument);
  auto const number =
      queue.pipe.push_front({.item = event_.item(), .frame = chunk.bytes, .written = chunk.bytes, .returned = true});
  queue.pipe_bytes += chunk.bytes;
  if (found->second.place == ItemPlace::dropped) --queue.dropped;
  let_go(found->second.actor, event_.item());
  found->second.number_in_line = number;
  move(found->second, ItemPlace::piped, nobody);
}

void Fold::let_go(ActorIndex getter, ItemId id) {
  if (getter >= world_.actors.size()) return;
  ActorWorld& actor = world_.actors[getter];
  if (auto const found = world_.items.find(id); found != world_.items.end()) {
    auto const* const held = actor.holding.find(found->second.number_in_hands);
    if (held != nullptr && *held == id) actor.holding.erase(found->second.number_in_hands);
  }
  if (actor.item == id) actor.item = {};
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

LocalEnd& Fold::end_of(QueueWorld& queue) const {
  auto const process = process_of(event_.actor);
  auto const [end, is_new] = queue.ends.try_emplace(process);
  if (is_new) world_.actors[process].ends.push_back(event_.object);
  return end->second;
}

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
