#include <algorithm>
#include <utility>

#include "sim/model/fold.hpp"

namespace qs {

using mp::trace::ObjectKind, mp::trace::Phase, mp::trace::QueueClass;

void Fold::run() {
  account_for_actor();
  if (object_kind(event_) == ObjectKind::queue && event_.object != mp::trace::no_object) {
    on_queue(queue(event_.object));
  }
  on_actor();
}

// Every event shows that its actor is alive and where it is; all but `blocked` show that it is running.
void Fold::account_for_actor() {
  actor_.last_step = step_;
  actor_.process = process_of(event_.actor);
  if (event_.location != 0) actor_.location = event_.location;
  // What it was doing when it was killed or looked at from outside stays visible.
  bool const seen = event_.kind == Kind::outside || event_.kind == Kind::foreign_thread;
  if (event_.kind == Kind::process_lost) actor_.unseen = false;
  if (event_.kind == Kind::process_lost || seen) return;
  actor_.outside = no_step;
  world_.actors[actor_.process].foreign = no_step;
  if (event_.kind == Kind::gap) {
    end_loss();
    return;
  }
  actor_.unseen = false;
  if (actor_.state == ActorState::unborn) {
    become(actor_, ActorState::running);
    if (actor_.process != event_.actor) world_.actors[actor_.process].threads.push_back(event_.actor);
  }
  if (actor_.state == ActorState::blocked || actor_.state == ActorState::sleeping) wake();

  Phase const phase = facts(event_.kind).phase;
  if (phase == Phase::begin) {
    lay_down_item();
    actor_.call = event_.kind;
    actor_.call_known = true;
    actor_.call_object = event_.object;
  } else if (phase == Phase::end) {
    actor_.call = Kind::text;
    actor_.call_known = true;
    actor_.call_object = mp::trace::no_object;
  }
}

// What it did is not known, and what it does is known by its next event only.
void Fold::end_loss() {
  ActorWorld& process = world_.actors[actor_.process];
  if (actor_.unseen && process.losing > 0 && world_.losing > 0) {
    --process.losing;
    --world_.losing;
  }
  process.last_loss = step_;
  world_.last_loss = step_;
  actor_.unseen = true;
  actor_.call = Kind::text;
  actor_.call_known = false;
  actor_.call_object = mp::trace::no_object;
  actor_.item = {};
  if (!actor_.alive()) return;
  become(actor_, actor_.in_exit ? ActorState::exiting : ActorState::running);
  actor_.waits_for = Resource::nothing;
  actor_.waits_object = mp::trace::no_object;
  actor_.wait_timeout = -1;
}

void Fold::become(ActorWorld& actor, ActorState state) const {
  actor.state = state;
  actor.since = step_;
}

void Fold::wake() {
  auto const begun = trace_.at(actor_.since).time;
  if (actor_.state == ActorState::blocked && event_.time > begun) actor_.blocked_ns += event_.time - begun;
  become(actor_, actor_.in_exit ? ActorState::exiting : ActorState::running);
  actor_.waits_for = Resource::nothing;
  actor_.waits_object = mp::trace::no_object;
  actor_.wait_timeout = -1;
}

// An item of a plain queue is shown with its getter until the getter's next call.
void Fold::lay_down_item() {
  auto found = world_.items.find(actor_.item);
  if (found != world_.items.end() && found->second.place == ItemPlace::got && !is_task(found->second)) {
    world_.items.erase(found);
  }
  actor_.item = {};
}

bool Fold::is_task(ItemWorld const& item) const {
  auto const* queue = world_.queue(item.queue);
  return queue && queue->type == QueueClass::joinable;
}

void Fold::on_actor() {
  switch (event_.kind) {
    case Kind::blocked: block(); break;
    case Kind::process_start:
      if (auto* child = other()) {
        child->daemon = (event_.argument & mp::trace::process_daemon) != 0;
        child->started = step_;
      }
      break;
    case Kind::process_begin:
    case Kind::program_begin:
      if (actor_.started == no_step) actor_.started = step_;
      break;
    case Kind::exit_begin:
      lay_down_item();
      actor_.in_exit = true;
      actor_.call = Kind::text;
      actor_.call_known = true;
      if (actor_.alive()) become(actor_, ActorState::exiting);
      break;
    case Kind::uncaught: actor_.call = Kind::text; break;
    case Kind::process_end:
      set_exit_code(actor_);
      end_process(event_.actor, ActorState::ended);
      break;
    case Kind::process_lost: lose_process(); break;
    case Kind::outside: actor_.outside = step_; break;
    case Kind::foreign_thread: see_foreign_thread(); break;
    case Kind::process_reaped:
      if (auto* child = other()) {
        set_exit_code(*child);
        end_process(event_.object, event_.argument < 0 ? ActorState::killed : ActorState::ended);
      }
      break;
    case Kind::thread_end:
      if (actor_.alive()) become(actor_, ActorState::ended);
      break;
    case Kind::gap: world_.lost += static_cast<std::uint64_t>(std::max<std::int64_t>(event_.argument, 0)); break;
    default: break;
  }
}

void Fold::block() {
  if (event_.detail >= mp::trace::resource_count || !actor_.alive()) return;
  become(actor_, event_.resource() == Resource::deadline ? ActorState::sleeping : ActorState::blocked);
  actor_.waits_for = event_.resource();
  actor_.waits_object = event_.object;
  actor_.wait_timeout = event_.argument;
}

// A process that called _exit was not killed.
void Fold::lose_process() {
  auto const status = mp::trace::ExitStatus::unpack(event_.argument);
  if (status.known) {
    actor_.exit_code = status.code;
    actor_.exit_code_known = true;
  }
  actor_.lost = true;
  end_process(event_.actor, actor_.exit_code_known && actor_.exit_code >= 0 ? ActorState::ended : ActorState::killed);
}

// Of the threads seen in one look, keeps the one most likely to use a queue.
void Fold::see_foreign_thread() {
  bool const first = actor_.foreign == no_step || trace_.at(actor_.foreign).time != event_.time;
  actor_.foreign_threads = first ? 1 : actor_.foreign_threads + 1;
  if (first || (!may_come(trace_.at(actor_.foreign)) && may_come(event_))) actor_.foreign = step_;
}

ActorWorld* Fold::other() const {
  return event_.object < world_.actors.size() ? &world_.actors[event_.object] : nullptr;
}

void Fold::set_exit_code(ActorWorld& actor) const {
  actor.exit_code = static_cast<int>(event_.argument);
  actor.exit_code_known = true;
}

// The threads, buffers and held items of a process die with it; its locks stay held.
void Fold::end_process(ActorIndex process, ActorState state) {
  if (world_.actors[process].state == state) return;
  bool const died_now =
      world_.actors[process].state != ActorState::ended && world_.actors[process].state != ActorState::killed;
  ActorWorld& dead = world_.actors[process];
  dead.unseen = false;
  if (died_now) lose_item_in_hand(dead);
  become(dead, state);
  for (ActorIndex const thread : std::exchange(dead.threads, {})) {
    ActorWorld& actor = world_.actors[thread];
    actor.unseen = false;
    if (!actor.alive()) continue;
    lose_item_in_hand(actor);
    become(actor, state);
  }
  if (!died_now) return;
  for (QueueIndex const queue : dead.ends) {
    auto& buffer = world_.queues[queue].ends.at(process).buffer;
    for (ItemId const item : buffer) {
      auto const found = world_.items.find(item);
      // Where its way out was lost, it may be known to be elsewhere by now.
      bool const here = found != world_.items.end() && found->second.place == ItemPlace::buffered;
      here&& world_.knows_place(found->second) ? drop(item) : forget(item, ItemPlace::buffered);
    }
    buffer.clear();
  }
}

void Fold::lose_item_in_hand(ActorWorld& actor) {
  auto found = world_.items.find(actor.item);
  if (found == world_.items.end()) return;
  bool const delivered = actor.call != Kind::get_begin;
  switch (found->second.place) {
    case ItemPlace::putting: world_.items.erase(found); break;
    case ItemPlace::feeding: drop(actor.item); break;
    case ItemPlace::got:
      if (!delivered) {
        drop(actor.item);
      } else if (!is_task(found->second)) {
        world_.items.erase(found);
      }
      break;
    default: break;
  }
  actor.item = {};
}

ActorIndex Fold::process_of(ActorIndex actor) const {
  auto const process = trace_.actors[actor].process;
  return process < trace_.actors.size() ? process : actor;
}

}  // namespace qs
