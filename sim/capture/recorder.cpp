#include "sim/capture/recorder.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/source_text.hpp"
#include "sim/capture/outside_look.hpp"

namespace qs {

using mp::trace::ActorSlot;
using mp::trace::ExitStatus;
using mp::trace::LocationSlot;
using mp::trace::no_object;
using mp::trace::Outside;

namespace {

template <std::size_t size>
std::string text_of(char const (&field)[size]) {
  return {field, strnlen(field, size)};
}

}  // namespace

Recorder::Recorder(Session& session, std::vector<Sink*> sinks)
    : session_(session),
      sinks_(std::move(sinks)),
      order_([this](Event const& event, std::string_view text) { emit(event, text); }),
      locations_(session.view().facts.locations) {}

std::uint32_t Recorder::refused() const {
  auto const& [header, facts] = session_.view();
  std::uint32_t const taken = header->actor_count.load();
  return taken > facts.actors ? taken - facts.actors : 0;
}

bool Recorder::poll() {
  // Whatever was stamped before this moment is in its ring by the time the ring is read, or is not yet
  // something that another event could depend on: events are written before others can see their effect.
  std::uint64_t const begin = session_.now();
  note_deaths();
  find_actors();
  std::uint64_t count = 0;
  // A program that is faster for long than events can be ordered shall fill its rings, not this memory.
  if (order_.held() < most_held || somebody_died_) {
    for (ActorIndex const actor : active_) count += drain(actor);
    complete_until_ = begin;
  }
  if (count > 0) find_actors();  // those that the events name
  if (somebody_died_) retire_dead_actors();

  std::uint64_t const before = emitted_;
  behind_ = !order_.advance(complete_until_, begin, portion);
  if (emitted_ != before) {
    for (Sink* sink : sinks_) sink->flush();
  }
  return count > 0 || behind_;
}

void Recorder::finish(Survivors survivors) {
  order_.advance(complete_until_, session_.now());  // so that there is room for the last
  poll();
  if (survivors == Survivors::none) {
    for (Actor& actor : actors_) actor.dead = true;
    somebody_died_ = true;
    poll();
  }
  order_.finish();
  for (Sink* sink : sinks_) sink->flush();
}

void Recorder::ended(std::int32_t pid, int exit_code) {
  for (std::size_t index = 0; index < actors_.size(); ++index) {
    Actor& actor = actors_[index];
    if (actor.facts.pid != pid || actor.facts.process != index || !actor.known) continue;
    bool const told = actor.exit_code.has_value();
    actor.exit_code = exit_code;
    // A controlled run has the same events each time, regardless of timing.
    if (!actor.vanished || told || session_.view().facts.controlled) continue;
    order_.add({.time = session_.now(),
                .actor = static_cast<ActorIndex>(index),
                .kind = Kind::process_lost,
                .argument = ExitStatus{true, exit_code}.packed()});
  }
}

ActorIndex Recorder::actor_of(std::int32_t id, ActorIndex process) const {
  for (std::size_t index = 0; index < actors_.size(); ++index) {
    ActorFacts const& facts = actors_[index].facts;
    bool const fits = id != 0 && facts.pid == id && (facts.kind == ActorKind::process || facts.process == process);
    if (fits && !actors_[index].dead) return static_cast<ActorIndex>(index);
  }
  return no_object;
}

void Recorder::look_outside() {
  poll();
  std::uint64_t const now = session_.now();
  for (ActorIndex const index : std::vector(active_)) {
    Actor const& actor = actors_[index];
    if (actor.known && actor.facts.process == index && actor.facts.pid != 0 && !actor.dead && !actor.ended)
      look_at_process(index, now);
  }
  poll();
  for (Sink* sink : sinks_) sink->flush();  // what happened before a silence is handed on, too
}

void Recorder::look_at_process(ActorIndex process, std::uint64_t now) {
  auto const threads = threads_of(actors_[process].facts.pid);
  if (threads.empty()) return;
  std::set<pid_t> foreign;
  for (auto const& thread : threads) foreign.insert(thread.id);
  auto const say = [&](ActorIndex actor, Kind kind, SeenThread const& thread) {
    order_.add({.time = now,
                .actor = actor,
                .kind = kind,
                .detail = static_cast<std::uint8_t>(thread.what),
                .object = actor_of(thread.waits_for, process),
                .argument = thread.id},
               thread.words);
  };
  auto const program = program_of(actors_[process].facts.pid);
  bool const replaced = !has_mapped(actors_[process].facts.pid, session_.descriptor());
  for (ActorIndex const index : active_) {
    Actor& actor = actors_[index];
    if (!actor.known || actor.facts.process != process || actor.facts.pid == 0 || actor.ended) continue;
    auto const thread = std::find_if(threads.begin(), threads.end(),
                                     [&](SeenThread const& seen) { return seen.id == actor.facts.pid; });
    foreign.erase(actor.facts.pid);
    if (thread == threads.end()) {
      if (actor.facts.kind == ActorKind::process) continue;
      order_.add({.time = now, .actor = index, .kind = Kind::thread_end});
      actor.ended = true;
      continue;
    }
    if (replaced && index == process) {
      say(index, Kind::outside, {.id = thread->id, .what = Outside::replaced, .words = program});
      continue;
    }
    bool const parked = session_.view().actor(index).gate.state.load() == mp::trace::GateState::parked;
    bool const stopped = thread->what == Outside::stopped;
    if (stopped ? index == process : !actor.inside && !parked && actor.facts.kind != ActorKind::feeder)
      say(index, Kind::outside, *thread);
  }
  if (replaced) return;
  for (auto const& thread : threads) {
    if (foreign.contains(thread.id)) say(process, Kind::foreign_thread, thread);
  }
}

void Recorder::decide(Choice choice, std::vector<Choice> const& enabled) {
  Decision const decision{static_cast<Step>(std::min<std::uint64_t>(emitted_, no_step)), choice, enabled};
  for (Sink* sink : sinks_) {
    sink->decision(decision);
    sink->flush();  // a step of the clock has no event that would bring it
  }
}

void Recorder::locate(std::uint32_t location) {
  if (location >= locations_.size() || locations_[location] || publish_location(location) == 0) return;
  for (Sink* sink : sinks_) sink->flush();
}

void Recorder::find_actors() {
  auto const& [header, facts] = session_.view();
  std::size_t const taken = std::min(header->actor_count.load(std::memory_order_acquire), facts.actors);
  std::size_t const count = std::max(taken, actors_.size());  // the count is the program's to spoil
  for (std::size_t index = actors_.size(); index < count; ++index) active_.push_back(static_cast<ActorIndex>(index));
  actors_.resize(count);
  for (ActorIndex const index : active_) {
    Actor const& actor = actors_[index];
    if (!actor.known || actor.facts.pid == 0) publish(index);
  }
}

/// Tells the sinks of an actor, and again when it has a pid.
void Recorder::publish(ActorIndex index) {
  ActorSlot const& slot = session_.view().actor(index);
  if (slot.ready.load(std::memory_order_acquire) == 0) return;
  std::int32_t const pid = slot.pid.load(std::memory_order_acquire);
  Actor& actor = actors_[index];
  if (actor.known && actor.facts.pid == pid) return;
  actor.known = true;
  // Each field is read once, and what it names is there: this is the program's memory. Whoever starts an actor and the
  // process that it lives in were there before it.
  ActorKind const written = slot.kind;
  auto const kind = std::min(written, ActorKind::thread);
  ActorIndex const parent = slot.parent, process = slot.process;
  actor.facts = {.name = text_of(slot.name),
                 .kind = kind,
                 .parent = parent < index && actors_[parent].known ? parent : no_object,
                 .process = kind != ActorKind::process && process < index && actors_[process].known ? process : index,
                 .pid = pid};
  for (Sink* sink : sinks_) sink->actor(index, actor.facts);
  if (pid == 0 || actor.facts.process != index) return;
  watch_.add(pid, index);
}

std::uint64_t Recorder::drain(ActorIndex index) {
  ActorSlot& slot = session_.view().actor(index);
  std::uint64_t const head = slot.head.load(std::memory_order_acquire);
  std::uint64_t tail = slot.tail.load(std::memory_order_relaxed);
  Actor& actor = actors_[index];
  if (head == tail || !actor.known) return 0;

  std::uint64_t const size = session_.view().facts.ring_events;
  if (head - tail > size) tail = head - size;  // no writer of ours does that, but it is the program's memory
  Event const* const ring = session_.view().ring(index);
  std::uint64_t const now = session_.now();
  std::uint64_t count = 0;
  while (tail != head) {
    Event event = ring[tail++ & (size - 1)];
    std::string text;
    for (; tail != head && ring[tail & (size - 1)].kind == Kind::text; ++tail) {
      text += load_text(ring[tail & (size - 1)]);
    }
    if (!well_formed(event)) continue;
    event.actor = index;
    event.time = std::min(session_.nanoseconds(event.time), now);  // a later one would hold up everybody
    take(actor, event);
    order_.add(event, std::move(text));
    ++count;
  }
  slot.tail.store(tail, std::memory_order_release);
  if (slot.dropped.load(std::memory_order_relaxed) != 0) order_.expect_gaps();
  return count;
}

/// What the recorder itself needs to know of an event.
void Recorder::take(Actor& actor, Event& event) {
  using mp::trace::Phase;
  Phase const phase = facts(event.kind).phase;
  if (phase == Phase::begin || phase == Phase::end) actor.in_call = phase == Phase::begin;
  actor.inside = actor.in_call || phase == Phase::wait;
  std::uint32_t const taken = session_.view().header->actor_count.load(std::memory_order_relaxed);
  if (object_kind(event) == mp::trace::ObjectKind::actor &&
      event.object >= std::max<std::size_t>(taken, actors_.size()))
    event.object = no_object;
  switch (event.kind) {
    case Kind::process_end:
    case Kind::thread_end: actor.ended = true; break;
    case Kind::process_reaped:
      if (event.object >= actors_.size()) break;
      actors_[event.object].reaped = event.time;
      actors_[event.object].exit_code = static_cast<int>(event.argument);
      reaped_.push_back(event.object);
      break;
    case Kind::gap: {
      auto const missed = static_cast<std::uint64_t>(std::max<std::int64_t>(event.argument, 0));
      actor.lost += missed;
      lost_ += missed;
      break;
    }
    default: break;
  }
}

void Recorder::note_deaths() {
  for (std::uint32_t const process : watch_.dead()) reaped_.push_back(static_cast<ActorIndex>(process));
  for (ActorIndex const process : std::exchange(reaped_, {})) {
    if (process >= actors_.size()) continue;
    Actor& actor = actors_[process];
    if (!actor.exit_code) actor.exit_code = exit_code_of_zombie(actor.facts.pid);
    actor.dead = true;
    somebody_died_ = true;
  }
}

/// After the drain: the dead, and their threads, have said all they ever will.
void Recorder::retire_dead_actors() {
  std::erase_if(active_, [this](ActorIndex actor) {
    // The process of an actor is in its slot, which cannot be read before it is ready.
    bool const dead = actors_[actor].known && actors_[actors_[actor].facts.process].dead;
    if (dead) bury(actor);
    return dead;
  });
  somebody_died_ = false;
}

void Recorder::bury(ActorIndex index) {
  Actor& actor = actors_[index];
  ActorSlot& slot = session_.view().actor(index);
  Actor const& process = actors_[actor.facts.process];
  // Before its parent learned of it, should that have been quicker than we are.
  Event last{.time = std::min(session_.now(), process.reaped - 1), .actor = index};

  std::uint64_t const dropped = slot.dropped.load();
  if (dropped > actor.lost) {
    last.kind = Kind::gap;
    last.argument = static_cast<std::int64_t>(dropped - actor.lost);
    lost_ += dropped - actor.lost;
    order_.add(last);
  }
  // A feeder cut short by the regular end of its process is not lost separately.
  if (actor.known && !actor.ended && !process.ended) {
    last.kind = Kind::process_lost;
    last.argument = ExitStatus{process.exit_code.has_value(), process.exit_code.value_or(0)}.packed();
    order_.add(last);
    actor.vanished = true;
  }
  session_.free_ring(index);
}

void Recorder::emit(Event const& event, std::string_view text) {
  Event placed = event;
  placed.location = publish_location(event.location);
  auto const known = [this](ActorIndex actor) { return actor < actors_.size() && actors_[actor].known; };
  if (object_kind(event) == mp::trace::ObjectKind::actor && !known(event.object)) placed.object = no_object;
  if (event.item() && !known(event.item_producer)) {
    placed.item_producer = 0;
    placed.item_sequence = 0;
  }
  for (Sink* sink : sinks_) sink->event(placed, text);
  ++emitted_;
}

/// The same location, or 0 when nothing is known of it.
std::uint32_t Recorder::publish_location(std::uint32_t index) {
  if (index == 0 || index >= locations_.size()) return 0;
  if (locations_[index]) return index;
  LocationSlot const& slot = session_.view().location(index);
  if (slot.ready.load(std::memory_order_acquire) == 0) return 0;
  locations_[index] = true;
  Location const location{.file = text_of(slot.file), .line = slot.line, .function = text_of(slot.function)};
  publish_source(location.file);
  for (Sink* sink : sinks_) sink->location(index, location);
  return index;
}

void Recorder::publish_source(std::string const& file) {
  if (!sources_.insert(file).second) return;
  auto const text = source_text(file);
  if (!text) return;
  for (Sink* sink : sinks_) sink->source(file, *text);
}

}  // namespace qs
