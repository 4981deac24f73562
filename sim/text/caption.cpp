#include "sim/text/caption.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/text/words.hpp"

namespace qs {

namespace {

bool is_lock(Resource resource) {
  return resource == Resource::read_lock || resource == Resource::write_lock || resource == Resource::condition_lock;
}

bool by_feeder(Trace const& trace, Event const& event) {
  return event.actor < trace.actors.size() && trace.actors[event.actor].kind == ActorKind::feeder;
}

/// The parts of a caption about one event.
class Teller {
 public:
  Teller(Trace const& trace, World const& before, World const& after, Step step)
      : trace_(trace), before_(before), after_(after), step_(step), event_(trace.at(step)) {}

  std::string act() const;
  std::string consequence() const;

 private:
  std::string who(ActorIndex index) const;
  std::string whose(ActorIndex actor) const { return who(actor) + "'s"; }
  std::string queue() const { return trace_.queue_name(event_.object); }
  std::string item() const { return event_.item() ? short_label(trace_, event_.item()) : "an item"; }
  QueueWorld const* queue_world() const { return after_.queue(event_.object); }
  bool hardened() const { return trace_.mechanism(event_.object) == mp::Mechanism::hardened; }
  ActorWorld const* actor(ActorIndex index) const {
    return index < after_.actors.size() ? &after_.actors[index] : nullptr;
  }

  std::vector<std::string> waiters(Resource resource, std::uint16_t object) const;
  std::uint64_t items_at(ItemPlace place) const;
  std::string on_their_way() const;
  std::string lock_wait() const;
  std::string wait_for_data() const;
  std::string wait() const;
  std::string after_put() const;
  std::string after_get() const;
  std::string after_task_done() const;
  std::string after_release() const;
  std::string after_end() const;
  std::string after_death() const;
  std::string truth() const;

  Trace const& trace_;
  World const& before_;
  World const& after_;
  Step step_;
  Event const& event_;
};

bool is_last_of_actor(Trace const& trace, Step step) {
  auto const begin = trace.events.begin() + static_cast<std::ptrdiff_t>(step);
  return std::none_of(std::next(begin), trace.events.end(),
                      [&](Event const& event) { return event.actor == begin->actor; });
}

std::string verb(std::size_t subjects, char const* one, char const* many) { return subjects == 1 ? one : many; }

std::string Teller::who(ActorIndex index) const {
  if (index >= trace_.actors.size()) return "somebody";
  ActorFacts const& facts = trace_.actors[index];
  return facts.kind == ActorKind::feeder ? "the feeder of " + trace_.name(facts.process) : facts.name;
}

/// Who else waits for this after the event, in the order of actors.
std::vector<std::string> Teller::waiters(Resource resource, std::uint16_t object) const {
  std::vector<std::string> names;
  for (std::size_t index = 0; index < after_.actors.size(); ++index) {
    ActorWorld const& other = after_.actors[index];
    if (index == event_.actor || other.state != ActorState::blocked) continue;
    if (other.waits_for == resource && other.waits_object == object)
      names.push_back(who(static_cast<ActorIndex>(index)));
  }
  return names;
}

std::uint64_t Teller::items_at(ItemPlace place) const {
  return static_cast<std::uint64_t>(std::count_if(after_.items.begin(), after_.items.end(), [&](auto const& entry) {
    return entry.second.queue == event_.object && entry.second.place == place;
  }));
}

/// "2 items are in the buffers and 1 is in the pipe"; empty where there are none.
std::string Teller::on_their_way() const {
  std::uint64_t const buffered = items_at(ItemPlace::buffered) + items_at(ItemPlace::feeding);
  std::uint64_t const piped = items_at(ItemPlace::piped);
  std::string const wire(wire_word(trace_.mechanism(event_.object)));
  if (buffered > 0 && piped > 0)
    return fmt::format("{} in a buffer and {} in the {}", count(buffered, "item is", "items are"), number(piped), wire);
  if (buffered > 0) return count(buffered, "item is", "items are") + " still in a buffer";
  if (piped > 0) return count(piped, "item is", "items are") + " in the " + wire;
  return "";
}

std::string Teller::lock_wait() const {
  QueueWorld const* const queue = queue_world();
  LockWorld const* const lock = queue ? queue->lock(event_.resource()) : nullptr;
  if (!lock || lock->holder == nobody) return "";
  ActorWorld const* const holder = actor(lock->holder);
  std::string const name = who(lock->holder);
  if (holder && holder->state == ActorState::killed)
    return fmt::format("{} died holding it, and nobody else can release it", name);
  if (holder && holder->state == ActorState::ended) return fmt::format("{} ended without releasing it", name);
  if (holder && holder->state == ActorState::blocked)
    return fmt::format("{} holds it, and itself waits for {}", name,
                       resource_words(trace_, holder->waits_for, holder->waits_object));
  return name + " holds it";
}

std::string Teller::wait_for_data() const {
  std::string words;
  if (items_at(ItemPlace::buffered) + items_at(ItemPlace::feeding) > 0)
    words = on_their_way();
  else
    words = fmt::format("the {} is empty", wire_word(trace_.mechanism(event_.object)));
  QueueWorld const* const queue = queue_world();
  if (!queue || queue->read_lock.holder != event_.actor) return words;
  auto const behind = waiters(Resource::read_lock, event_.object);
  if (behind.empty()) return words + ", and it keeps the read lock while it waits";
  return fmt::format("it keeps the read lock meanwhile, and {} {} behind it", listing(behind),
                     verb(behind.size(), "waits", "wait"));
}

std::string Teller::wait() const {
  QueueWorld const* const queue = queue_world();
  switch (event_.resource()) {
    case Resource::read_lock:
    case Resource::write_lock:
    case Resource::condition_lock: return lock_wait();
    case Resource::pipe_data: return wait_for_data();
    case Resource::slot:
      if (!queue || !queue->bounded()) return "";
      return fmt::format("all {} slots are in use, and only a get frees one",
                         number(static_cast<std::uint64_t>(std::max(queue->maxsize, 0))));
    case Resource::pipe_room:
      if (!queue) return "";
      return fmt::format("the pipe holds {} of {} bytes, and only a get makes room", number(queue->pipe_bytes),
                         number(queue->capacity));
    case Resource::barrier:
      if (!queue || queue->unfinished < 0) return "";
      return count(static_cast<std::uint64_t>(queue->unfinished), "task is", "tasks are") + " not done yet";
    case Resource::child_exit: {
      ActorWorld const* const child = actor(event_.object);
      if (!child || !child->alive()) return "";
      if (child->state == ActorState::blocked)
        return fmt::format("{} itself waits for {}", who(event_.object),
                           resource_words(trace_, child->waits_for, child->waits_object, child->wait_timeout));
      return fmt::format("{} is still {}", who(event_.object), state_words(child->state));
    }
    case Resource::feeder_end: {
      std::uint64_t const left = items_at(ItemPlace::buffered) + items_at(ItemPlace::feeding);
      if (left == 0) return "";
      return count(left, "item is", "items are") + " not written yet, and a process ends only when its feeder is done";
    }
    default: return "";
  }
}

std::string Teller::after_put() const {
  QueueWorld const* const queue = queue_world();
  if (event_.outcome() == Outcome::full) return "no slot became free in time, and the item is not on the queue";
  if (event_.outcome() != Outcome::ok || !queue) return "";
  std::string words;
  auto const found = after_.items.find(event_.item());
  if (found != after_.items.end() && found->second.place == ItemPlace::buffered)
    words = fmt::format("it is only in {} buffer: the feeder will write it into the pipe",
                        whose(trace_.actors[event_.actor].process));
  else if (found != after_.items.end() && found->second.place == ItemPlace::piped)
    words = fmt::format("it is in the {}", wire_word(queue->mechanism));
  if (queue->bounded() && queue->free_slots <= 0)
    words += std::string(words.empty() ? "" : ", and ") + "the queue is full now: the next put has to wait";
  return words;
}

std::string Teller::after_get() const {
  if (event_.outcome() == Outcome::empty) {
    std::string truth = on_their_way();
    if (truth.empty()) return "nothing came in time";
    QueueWorld const* const queue = queue_world();
    LockWorld const* const lock = queue ? queue->lock(Resource::read_lock) : nullptr;
    ActorWorld const* const holder = lock && lock->holder != nobody ? actor(lock->holder) : nullptr;
    if (holder && !holder->alive()) return fmt::format("{}, but {} died with the read lock", truth, who(lock->holder));
    return truth;
  }
  if (event_.outcome() != Outcome::ok || !event_.item()) return "";
  QueueWorld const* const queue = queue_world();
  if (is_sentinel(trace_, event_.item())) {
    std::uint64_t const left =
        items_at(ItemPlace::piped) + items_at(ItemPlace::buffered) + items_at(ItemPlace::feeding);
    return left == 0 ? "the sentinel is out of the queue, so nobody else can get it"
                     : "the sentinel tells it that nothing more is meant for it";
  }
  auto const freed = waiters(Resource::slot, event_.object);
  if (!freed.empty())
    return fmt::format("a slot is free, and {} {} no longer stuck in put", listing(freed),
                       verb(freed.size(), "is", "are"));
  if (queue && queue->type == mp::trace::QueueClass::joinable) return "it still owes a task_done for it";
  return "";
}

std::string Teller::after_task_done() const {
  if (event_.outcome() == Outcome::too_often) return "there was no unfinished task left: ValueError";
  QueueWorld const* const queue = queue_world();
  if (event_.outcome() != Outcome::ok || !queue) return "";
  if (queue->unfinished > 0)
    return count(static_cast<std::uint64_t>(queue->unfinished), "task is", "tasks are") + " not done yet";
  auto const joiners = waiters(Resource::barrier, event_.object);
  if (joiners.empty()) return "that was the last task";
  return fmt::format("that was the last task, so the join of {} can return", listing(joiners));
}

std::string Teller::after_release() const {
  if (event_.resource() == Resource::slot || is_lock(event_.resource())) {
    auto const next = waiters(event_.resource(), event_.object);
    if (!next.empty()) return fmt::format("{} can take it now", listing(next));
  }
  return "";
}

std::string Teller::after_end() const {
  std::string words;
  auto const joiners = waiters(Resource::child_exit, event_.actor);
  if (!joiners.empty()) words = fmt::format("the join of {} can return", listing(joiners));
  std::uint64_t lost = 0;
  for (auto const& queue : before_.queues)
    if (auto const end = queue.ends.find(event_.actor); end != queue.ends.end()) lost += end->second.buffer.size();
  if (lost > 0)
    words = count(lost, "item", "items") + " in its buffer " + (lost == 1 ? "is" : "are") + " lost" +
            (words.empty() ? "" : ", and " + words);
  return words;
}

/// What a process that died without its exit steps leaves behind.
std::string Teller::after_death() const {
  for (std::size_t index = 0; index < after_.queues.size(); ++index) {
    QueueWorld const& queue = after_.queues[index];
    if (!queue.exists) continue;
    for (Resource const resource : {Resource::read_lock, Resource::write_lock, Resource::condition_lock}) {
      LockWorld const* const lock = queue.lock(resource);
      if (!lock || lock->holder >= trace_.actors.size()) continue;
      if (lock->holder != event_.actor && trace_.actors[lock->holder].process != event_.actor) continue;
      auto const object = static_cast<std::uint16_t>(index);
      std::string const lock_name = resource_words(trace_, resource, object);
      if (queue.hardened()) return fmt::format("{} dies with it, and whoever needs it next recovers it", lock_name);
      auto const victims = waiters(resource, object);
      if (victims.empty()) return fmt::format("it held {}, which nobody can release any more", lock_name);
      return fmt::format("it held {}, and {} {} for it in vain", lock_name, listing(victims),
                         verb(victims.size(), "waits", "wait"));
    }
  }
  return after_end();
}

/// What an answer of qsize(), empty() or full() leaves out.
std::string Teller::truth() const {
  std::string const there = on_their_way();
  return there.empty() ? "no item is on its way" : "in truth, " + there;
}

std::string Teller::consequence() const {
  switch (event_.kind) {
    case Kind::blocked: return event_.detail < mp::trace::resource_count ? wait() : "";
    case Kind::acquired: {
      if (!is_lock(event_.resource())) return "";
      auto const behind = waiters(event_.resource(), event_.object);
      if (behind.empty()) return "";
      return fmt::format("{} now {} for it", listing(behind), verb(behind.size(), "waits", "wait"));
    }
    case Kind::released: return after_release();
    case Kind::put_end: return after_put();
    case Kind::get_end: return after_get();
    case Kind::task_done_end: return after_task_done();
    case Kind::pipe_write: {
      if (mp::trace::Chunk::unpack(event_.argument).missing > 0) return "";
      auto const readers = waiters(Resource::pipe_data, event_.object);
      if (readers.empty()) return "";
      return fmt::format("{} waited for this and can read it now", listing(readers));
    }
    case Kind::process_end: return after_end();
    case Kind::process_lost: return after_death();
    case Kind::qsize:
    case Kind::empty:
    case Kind::full: return truth();
    case Kind::queue_close: {
      auto const consumers = waiters(Resource::pipe_data, event_.object);
      if (consumers.empty()) return "";
      return fmt::format("nobody tells {}, which {} for an item", listing(consumers),
                         verb(consumers.size(), "waits", "wait"));
    }
    case Kind::process_start: {
      ActorWorld const* const child = actor(event_.object);
      return child && child->daemon ? "it is a daemon: it is terminated when its parent exits" : "";
    }
    default: return "";
  }
}

std::string Teller::act() const {
  std::string const subject = who(event_.actor);
  switch (event_.kind) {
    case Kind::put_end:
      if (event_.outcome() == Outcome::ok) return fmt::format("{} puts {} on {}", subject, item(), queue());
      return fmt::format("{} gives up its put of {} on {}: {}", subject, item(), queue(),
                         outcome_words(event_.outcome()));
    case Kind::get_end:
      if (event_.outcome() == Outcome::ok) return fmt::format("{} gets {} from {}", subject, item(), queue());
      return fmt::format("{} gives up its get on {}: {}", subject, queue(), outcome_words(event_.outcome()));
    case Kind::task_done_end:
      if (event_.outcome() != Outcome::ok) return fmt::format("{} calls task_done once too often", subject);
      return event_.item() ? fmt::format("{} calls task_done: it is done with {}", subject, item())
                           : fmt::format("{} calls task_done", subject);
    case Kind::pipe_write: return fmt::format("{} writes {} into the pipe of {}", subject, item(), queue());
    case Kind::join_end:
      return event_.outcome() == Outcome::ok
                 ? fmt::format("{} join of {} returns: all tasks are done", whose(event_.actor), queue())
                 : fmt::format("{} join of {} returns: {}", whose(event_.actor), queue(),
                               outcome_words(event_.outcome()));
    case Kind::process_join_end: {
      std::string const child = who(event_.object);
      return event_.outcome() == Outcome::ok
                 ? fmt::format("{} join of {} returns: it has ended", whose(event_.actor), child)
                 : fmt::format("{} join of {} gives up: it has not ended in time", whose(event_.actor), child);
    }
    case Kind::thread_start:
      return fmt::format("{} first put on {} starts its feeder thread", whose(event_.actor),
                         trace_.queue_name(static_cast<QueueIndex>(event_.argument)));
    case Kind::exit_begin: return fmt::format("{} has reached the end of its function and begins to exit", subject);
    case Kind::queue_new: {
      QueueWorld const* const queue = queue_world();
      std::string const kind = queue && queue->type == mp::trace::QueueClass::joinable ? "JoinableQueue "
                               : queue && queue->type == mp::trace::QueueClass::simple ? "SimpleQueue "
                                                                                       : "queue ";
      std::string words = subject + " creates the " + kind + this->queue();
      if (queue && queue->bounded())
        words += ", with room for " + count(static_cast<std::uint64_t>(std::max(queue->maxsize, 0)), "item");
      return words;
    }
    case Kind::blocked:
      if (event_.resource() == Resource::pipe_data)
        return fmt::format("{} waits in get: there is nothing for it in {}", subject, queue());
      if (event_.resource() == Resource::slot) return fmt::format("{} waits in put: {} is full", subject, queue());
      if (event_.resource() == Resource::child_exit)
        return fmt::format("{} waits in join for {} to exit", subject, who(event_.object));
      if (event_.resource() == Resource::barrier)
        return fmt::format("{} waits in join until all tasks of {} are done", subject, queue());
      if (event_.resource() == Resource::feeder_end)
        return fmt::format("{} waits at its exit for its feeder of {} to write everything", subject, queue());
      break;
    default: break;
  }
  std::string words = sentence(trace_, step_);
  std::string const name = trace_.name(event_.actor);
  if (by_feeder(trace_, event_) && words.starts_with(name)) words.replace(0, name.size(), subject);
  return words;
}

/// At the beginning of a sentence; a process's name stays as it is written.
std::string capitalised(std::string words) {
  if (words.starts_with("the ") || words.starts_with("an "))
    words.front() = static_cast<char>(words.front() - 'a' + 'A');
  return words;
}

}  // namespace

bool is_act(Trace const& trace, Step step) {
  if (step >= trace.size()) return false;
  Event const& event = trace.at(step);
  switch (event.kind) {
    case Kind::blocked:
      if (event.detail >= mp::trace::resource_count) return false;
      switch (event.resource()) {
        case Resource::buffered_item:
        case Resource::deadline:
        case Resource::buffer_lock: return false;
        // What task_done and join do among themselves is part of their act, unless it never ends.
        case Resource::condition_lock:
        case Resource::woken_joiner:
        case Resource::sleeping:
        case Resource::unfinished: return is_last_of_actor(trace, step);
        default: return true;
      }
    case Kind::pipe_write: return by_feeder(trace, event) && mp::trace::Chunk::unpack(event.argument).missing == 0;
    case Kind::program_begin:
    case Kind::process_start:
    case Kind::thread_start:
    case Kind::uncaught:
    case Kind::exit_begin:
    case Kind::process_end:
    case Kind::process_lost:
    case Kind::process_signal:
    case Kind::process_join_end:
    case Kind::queue_new:
    case Kind::queue_close:
    case Kind::put_end:
    case Kind::serialise_failed:
    case Kind::pipe_broken:
    case Kind::get_end:
    case Kind::pipe_end:
    case Kind::task_done_end:
    case Kind::join_end:
    case Kind::join_thread_end:
    case Kind::qsize:
    case Kind::empty:
    case Kind::full:
    case Kind::cancel_join_thread:
    case Kind::note:
    case Kind::gap:
    case Kind::expectation_failed:
    case Kind::repaired:
    case Kind::task_lost:
    case Kind::task_returned:
    case Kind::queue_shutdown:
    case Kind::outside: return true;
    default: return false;
  }
}

Step act_at(Trace const& trace, Step step) {
  if (step == no_step || trace.size() == 0) return no_step;
  for (step = std::min(step, trace.size() - 1);; --step) {
    if (is_act(trace, step)) return step;
    if (step == 0) return no_step;
  }
}

Step next_act(Trace const& trace, Step step) {
  if (trace.size() == 0) return no_step;
  for (Step next = step == no_step ? 0 : step + 1; next < trace.size(); ++next)
    if (is_act(trace, next)) return next;
  return trace.size() - 1;
}

Step previous_act(Trace const& trace, Step step) {
  if (step == no_step || step == 0) return no_step;
  return act_at(trace, step - 1);
}

std::string Caption::text() const {
  if (what.empty()) return "";
  return why.empty() ? what + "." : fmt::format("{}; {}.", what, why);
}

Caption caption(Trace const& trace, World const& before, World const& after, Step step, DetailLevel level) {
  if (step >= trace.size()) return {};
  Teller const teller(trace, before, after, step);
  std::string what = level == DetailLevel::acts ? teller.act() : sentence(trace, step);
  return {capitalised(std::move(what)), teller.consequence()};
}

Caption const& CaptionTeller::at(Step step, DetailLevel level) {
  Step const told = level == DetailLevel::acts ? act_at(*trace_, step) : step;
  if (told_ == Key{told, level}) return caption_;
  told_ = Key{told, level};
  if (told == no_step || told >= trace_->size()) {
    caption_ = {};
    return caption_;
  }
  World const before = history_.at(told == 0 ? no_step : told - 1);
  caption_ = caption(*trace_, before, history_.at(told), told, level);
  return caption_;
}

}  // namespace qs
