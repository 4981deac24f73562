#include "trace/hook.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "trace/recorder_watch.hpp"

namespace mp::hook {

namespace detail {
std::atomic<bool> recording{false};
}

namespace {

using trace::ActorKind;
using trace::ActorSlot;
using trace::Event;
using trace::LocationSlot;
using trace::no_object;

trace::SessionView view;
/// The actor of this process's main thread.
std::atomic<std::uint16_t> process_actor{no_object};

constexpr std::size_t cached_locations = 64;

struct CachedLocation {
  char const* file = nullptr;
  std::uint32_t line = 0;
  std::uint32_t index = 0;
};

/// A thread's state of its own ring. Used only by that thread.
struct Writer {
  bool known = false;  ///< an actor was requested, even if none was left
  std::uint16_t actor = no_object;
  ActorSlot* slot = nullptr;  ///< nullptr: not recorded
  Event* ring = nullptr;
  std::uint64_t head = 0;
  std::uint64_t tail = 0;  ///< the recorder's, as last seen
  std::uint64_t gap = 0;   ///< dropped since the last event that fitted
  std::uint32_t items = 0;
  std::uint32_t location = 0;
  CachedLocation cache[cached_locations];
};

thread_local Writer writer;

std::uint64_t ticks() noexcept {
#if defined(__x86_64__)
  if (view.facts.clock == trace::Clock::tsc) return __rdtsc();
#endif
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000u + static_cast<std::uint64_t>(time.tv_nsec);
}

void set_name(ActorSlot& slot, std::string_view name) noexcept {
  std::size_t const length = std::min(name.size(), sizeof slot.name - 1);
  std::memcpy(slot.name, name.data(), length);
  slot.name[length] = '\0';
}

/// Whether the ring has room for `count` events. A lossless session waits for room while its recorder lives.
bool has_room(Writer& mine, std::uint64_t count) noexcept {
  std::uint64_t const size = view.facts.ring_events;
  while (mine.head + count - mine.tail > size) {
    mine.tail = mine.slot->tail.load(std::memory_order_acquire);
    if (mine.head + count - mine.tail <= size) break;
    if (!view.facts.lossless || recorder_died()) return false;
    timespec const pause{0, 100'000};
    nanosleep(&pause, nullptr);
  }
  return true;
}

void append(Writer& mine, Event const& event) noexcept {
  mine.ring[mine.head & (view.facts.ring_events - 1)] = event;
  ++mine.head;
}

std::string_view end_of(std::string_view path, std::size_t length) noexcept {
  return path.size() <= length ? path : path.substr(path.size() - length);
}

std::uint32_t publish_location(std::string_view path, std::uint32_t line, std::string_view function) noexcept {
  std::string_view const file = end_of(path, sizeof LocationSlot::file - 1);
  std::uint32_t const count = std::min(view.header->location_count.load(), view.facts.locations);
  for (std::uint32_t index = 1; index < count; ++index) {
    LocationSlot const& slot = view.location(index);
    if (slot.ready.load(std::memory_order_acquire) != 0 && slot.line == line &&
        std::string_view(slot.file, strnlen(slot.file, sizeof slot.file)) == file)
      return index;
  }
  std::uint32_t const index = view.header->location_count.fetch_add(1);
  if (index >= view.facts.locations) return 0;
  LocationSlot& slot = view.location(index);
  slot.line = line;
  std::memcpy(slot.file, file.data(), file.size());
  std::memcpy(slot.function, function.data(), std::min(function.size(), sizeof slot.function - 1));
  slot.ready.store(1, std::memory_order_release);
  return index;
}

std::uint32_t intern(SourceLocation const& where) noexcept {
  std::size_t const bucket = where.line() % cached_locations;
  CachedLocation& cached = writer.cache[bucket];
  if (cached.file != where.file_name() || cached.line != where.line()) {
    cached = {where.file_name(), where.line(),
              publish_location(where.file_name(), where.line(), where.function_name())};
  }
  return cached.index;
}

/// no_object when all slots are taken; the session's count then says how many were refused.
std::uint16_t register_actor(ActorKind kind, std::string_view name, std::uint16_t parent) noexcept {
  std::uint32_t const index = view.header->actor_count.fetch_add(1);
  if (index >= view.facts.actors) return no_object;
  ActorSlot& slot = view.actor(index);
  slot.kind = kind;
  slot.parent = parent;
  slot.process = kind == ActorKind::process ? static_cast<std::uint16_t>(index) : process_actor.load();
  set_name(slot, name);
  slot.ready.store(1, std::memory_order_release);
  return static_cast<std::uint16_t>(index);
}

}  // namespace

void record_into(trace::SessionView session) noexcept {
  view = session;
  detail::recording.store(true);
  become(register_actor(ActorKind::process, "main", no_object));
}

void record_as(trace::SessionView session, std::uint16_t actor) noexcept {
  view = session;
  detail::recording.store(true);
  become(actor);
}

std::uint64_t now() noexcept { return on() ? ticks() : 0; }

trace::Header& session() noexcept { return *view.header; }
trace::SessionFacts const& session_facts() noexcept { return view.facts; }
trace::ActorSlot* slot_of(std::uint16_t actor) noexcept {
  return on() && actor < view.facts.actors ? &view.actor(actor) : nullptr;
}
trace::ActorSlot* slot() noexcept {
  self();
  return writer.slot;
}

namespace detail {

void emit(Kind kind, EventFields const& fields, std::string_view text, std::uint64_t stamp) noexcept {
  Writer& mine = writer;
  if (!mine.known) self();
  if (mine.slot == nullptr) return;

  text = text.substr(0, trace::longest_text);
  std::uint64_t const pieces = (text.size() + trace::text_bytes_per_event - 1) / trace::text_bytes_per_event;
  std::uint64_t const count = 1 + pieces;
  if (!has_room(mine, count + (mine.gap != 0 ? 1 : 0))) {
    mine.gap += 1;
    mine.slot->dropped.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  Event event;
  event.time = stamp != 0 ? stamp : ticks();
  event.actor = mine.actor;
  if (mine.gap != 0) {
    Event gap = event;
    gap.kind = Kind::gap;
    gap.argument = static_cast<std::int64_t>(mine.gap);
    append(mine, gap);
    mine.gap = 0;
  }
  event.kind = kind;
  event.detail = fields.detail;
  event.location = mine.location;
  event.object = fields.object;
  event.item_producer = fields.item.producer;
  event.item_sequence = fields.item.sequence;
  event.argument = fields.argument;
  append(mine, event);
  for (std::uint64_t piece = 0; piece < pieces; ++piece) {
    Event more;
    more.time = event.time;
    more.actor = mine.actor;
    more.kind = Kind::text;
    trace::store_text(more, text.substr(piece * trace::text_bytes_per_event, trace::text_bytes_per_event));
    append(mine, more);
  }
  mine.slot->head.store(mine.head, std::memory_order_release);
}

}  // namespace detail

void ScopedLocation::enter(SourceLocation const& where) noexcept {
  before_ = writer.location;
  writer.location = intern(where);
}
void ScopedLocation::enter(std::uint32_t location) noexcept {
  before_ = writer.location;
  writer.location = location;
}
void ScopedLocation::leave() const noexcept { writer.location = before_; }

std::uint32_t location_of(std::string_view file, std::uint32_t line, std::string_view function) noexcept {
  return on() ? publish_location(file, line, function) : 0;
}

std::uint32_t location() noexcept { return on() ? writer.location : 0; }

std::uint16_t new_queue() noexcept {
  if (!on()) return no_object;
  return static_cast<std::uint16_t>(std::min(view.header->queue_count.fetch_add(1), std::uint32_t{no_object}));
}

ItemId new_item() noexcept {
  if (!on()) return {};
  std::uint16_t const actor = self();
  return {actor, ++writer.items};
}

std::uint16_t new_actor(ActorKind kind, std::string_view name) noexcept {
  return on() ? register_actor(kind, name, self()) : no_object;
}

std::uint16_t become(std::uint16_t actor) noexcept {
  if (!on()) return no_object;
  Writer& mine = writer;
  mine.known = true;
  mine.actor = actor;
  mine.head = mine.tail = mine.gap = 0;
  mine.items = 0;
  mine.slot = actor == no_object ? nullptr : &view.actor(actor);
  mine.ring = actor == no_object ? nullptr : view.ring(actor);
  if (mine.slot == nullptr) return no_object;
  bool const process = mine.slot->kind == ActorKind::process;
  if (process) process_actor.store(actor);
  mine.slot->pid.store(process ? getpid() : static_cast<std::int32_t>(gettid()), std::memory_order_release);
  return mine.slot->parent;
}

void become_thread(std::string_view name) noexcept {
  if (!on() || writer.known) return;
  become(register_actor(ActorKind::thread, name, process_actor.load()));
  emit(Kind::thread_begin, {.argument = gettid()});
}

void forget_actor() noexcept {
  if (on()) writer.known = false;
}

std::uint16_t self() noexcept {
  if (!on()) return no_object;
  Writer& mine = writer;
  if (mine.known) return mine.actor;
  char name[64];
  if (gettid() == getpid()) {  // a plain fork(): the parent is the actor that forked
    std::snprintf(name, sizeof name, "process %d", getpid());
    become(register_actor(ActorKind::process, name, mine.actor));
    emit(Kind::program_begin, {.object = mine.actor, .argument = getpid()});
  } else {
    std::snprintf(name, sizeof name, "thread %d", gettid());
    become(register_actor(ActorKind::thread, name, process_actor.load()));
    emit(Kind::thread_begin, {.argument = gettid()});
  }
  return mine.actor;
}

}  // namespace mp::hook
