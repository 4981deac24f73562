// The hook: through it the library records what it does. Not recording: a load and a branch. Recording: one event in
// the ring of the calling thread.
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

/// The same in a process that its parent has registered as that actor, but that was not forked by its parent.
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

/// The session's clock; 0 when not recording.
std::uint64_t now() noexcept;

inline void emit(Kind kind, EventFields const& fields = {}, std::string_view text = {}) noexcept {
  if (on()) [[unlikely]]
    detail::emit(kind, fields, text, 0);
}

/// The same with an earlier time stamp, for an effect whose size is only known afterwards.
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
/// Interns a source location that is not given by a SourceLocation; 0 when not recording.
std::uint32_t location_of(std::string_view file, std::uint32_t line, std::string_view function) noexcept;
/// The current location of the thread's events; 0: none.
std::uint32_t location() noexcept;

/// Allocates a queue number of this session.
std::uint16_t new_queue() noexcept;
/// Allocates an item id: the calling actor and its next sequence number.
ItemId new_item() noexcept;

/// Registers an actor that the caller is about to start. no_object when not recording or if all slots are taken.
std::uint16_t new_actor(trace::ActorKind kind, std::string_view name) noexcept;
/// Makes the calling thread that actor. Returns the actor that started it.
std::uint16_t become(std::uint16_t actor) noexcept;
/// Registers the calling thread, unless it is an actor already, as a thread of its process with that name.
void become_thread(std::string_view name) noexcept;
/// The session that records. Only its atomic fields may be used; for the others see session_facts().
trace::Header& session() noexcept;
trace::SessionFacts const& session_facts() noexcept;
/// The slot of an actor; nullptr if the number is out of range or when not recording.
trace::ActorSlot* slot_of(std::uint16_t actor) noexcept;
/// The calling thread's slot; nullptr if it has none.
trace::ActorSlot* slot() noexcept;
/// To be called in a forked child: the ring of the forking thread belongs to the parent.
void forget_actor() noexcept;
/// The calling thread's actor; registers it as a thread of its process if necessary.
std::uint16_t self() noexcept;

}  // namespace mp::hook
