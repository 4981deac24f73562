// The hook: how the library says what it does. Off (nobody records): a load and a branch. On: one event
// into the ring of the calling thread. Nothing else in the library knows that it is watched.
#pragma once

#include <atomic>
#include <cstdint>
#include <mp/source_location.hpp>
#include <string_view>

#include <mp/trace/event.hpp>
#include <mp/trace/session.hpp>

namespace mp::hook {

using trace::ItemId;
using trace::Kind;
using trace::Outcome;
using trace::Resource;

namespace detail {
extern std::atomic<bool> recording;
}

inline bool on() noexcept { return detail::recording.load(std::memory_order_relaxed); }

/// Records this process in that session from now on; the calling thread becomes its actor "main".
void record_into(trace::SessionView session) noexcept;

/// The same in a process that its parent has registered as that actor, and that is no fork of its parent.
void record_as(trace::SessionView session, std::uint16_t actor) noexcept;

/// What an event is about. Only what the kind asks for needs to be set.
struct EventFields {
  std::uint16_t object = trace::no_object;
  ItemId item = {};
  std::int64_t argument = 0;
  std::uint8_t detail = 0;
};

namespace detail {
void emit(Kind, EventFields const&, std::string_view text, std::uint64_t stamp) noexcept;
}

/// The session's clock now; 0 when nobody records.
std::uint64_t now() noexcept;

inline void emit(Kind kind, EventFields const& fields = {}, std::string_view text = {}) noexcept {
  if (on()) [[unlikely]]
    detail::emit(kind, fields, text, 0);
}

/// The same with a stamp taken earlier: for an effect that must not be recorded before its size is known.
inline void emit_at(std::uint64_t ticks, Kind kind, EventFields const& fields) noexcept {
  if (on()) [[unlikely]]
    detail::emit(kind, fields, {}, ticks);
}

inline constexpr std::uint8_t code(Resource resource) { return static_cast<std::uint8_t>(resource); }
inline constexpr std::uint8_t code(Outcome outcome) { return static_cast<std::uint8_t>(outcome); }

/// While it lives, the thread's events carry this source location.
class ScopedLocation {
 public:
  explicit ScopedLocation(SourceLocation const& where) noexcept {
    if (on()) [[unlikely]]
      enter(where);
  }
  explicit ScopedLocation(std::uint32_t location) noexcept {
    if (on()) [[unlikely]]
      enter(location);
  }
  ~ScopedLocation() {
    if (on()) [[unlikely]]
      leave();
  }
  ScopedLocation(ScopedLocation const&) = delete;
  ScopedLocation& operator=(ScopedLocation const&) = delete;

 private:
  void enter(SourceLocation const& where) noexcept;
  void enter(std::uint32_t location) noexcept;
  void leave() const noexcept;
  std::uint32_t before_ = 0;
};
/// The number of a source location that no SourceLocation names; 0 when nobody records.
std::uint32_t location_of(std::string_view file, std::uint32_t line, std::string_view function) noexcept;
/// The location that the thread's events carry now; 0: none.
std::uint32_t location() noexcept;

/// A new queue's number in this session.
std::uint16_t new_queue() noexcept;
/// A new item's id: the calling actor and its next sequence number.
ItemId new_item() noexcept;

/// A new actor, named by whoever is about to start it. no_object when nobody records or all slots are taken.
std::uint16_t new_actor(trace::ActorKind kind, std::string_view name) noexcept;
/// The calling thread is that actor from now on. Returns the actor that started it.
std::uint16_t become(std::uint16_t actor) noexcept;
/// Registers the calling thread, if it is no actor yet, as a thread of its process with that name.
void become_thread(std::string_view name) noexcept;
/// The session that records. Of what stands in its memory, only the atomic fields; for the rest, session_facts().
trace::Header& session() noexcept;
trace::SessionFacts const& session_facts() noexcept;
/// The slot of an actor; nullptr when the number is none, or nobody records.
trace::ActorSlot* slot_of(std::uint16_t actor) noexcept;
/// The calling thread's slot; nullptr when it has none.
trace::ActorSlot* slot() noexcept;
/// After a fork, in the child: the parent's ring is not this process's.
void forget_actor() noexcept;
/// The calling thread's actor; registered as a thread of its process if it is none yet.
std::uint16_t self() noexcept;

}  // namespace mp::hook
