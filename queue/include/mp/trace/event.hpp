// The event: what a hook writes and a recorder reads. 32 bytes, trivially copyable, the same in the ring
// and in the trace file.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include <mp/detail/mechanism.hpp>

namespace mp::trace {

enum class Kind : std::uint8_t {
#define MP_EVENT(name, phase, object, item, words) name,
#include <mp/trace/events.def>
#undef MP_EVENT
};

enum class Resource : std::uint8_t {
#define MP_RESOURCE(name, owner, shape, words) name,
#include <mp/trace/events.def>
#undef MP_RESOURCE
};

enum class Phase : std::uint8_t { step, begin, end, wait, wake };
enum class ObjectKind : std::uint8_t { none, queue, actor };
enum class Shape : std::uint8_t { lock, count, data, event };

/// How a public call ended. Inside the library these are values; the public edge turns them into exceptions.
enum class Outcome : std::uint8_t { ok, empty, full, closed, timed_out, error, too_often, shut_down, abandoned, lost };

/// Event::argument of woken: why a wait on a hardened queue ended. Other waits end only because they got what they
/// waited for.
enum class WakeReason : std::int64_t { got, shut_down, died, abandoned };

/// What an actor is.
enum class ActorKind : std::uint32_t { process, feeder, thread };

/// Event::detail of put_begin.
enum ItemFlags : std::uint8_t { item_plain = 0, item_sentinel = 1 };
/// Event::argument of process_start.
enum ProcessFlags : std::int64_t { process_plain = 0, process_daemon = 1 };
/// What an entry of the table of queues is. Those behind `pipe` carry no items from process to process.
enum class QueueClass : std::uint8_t {
  queue,
  joinable,
  simple,
  pipe,  ///< one direction of a pipe between two connections
  lock,
  semaphore,
  condition,
  event,
  barrier,
  private_queue  ///< of the threads of one process
};
constexpr bool carries_items(QueueClass type) { return type <= QueueClass::pipe; }
/// Event::detail of queue_new.
struct QueueKind {
  QueueClass type = QueueClass::queue;
  Mechanism mechanism = Mechanism::cpython;
  constexpr std::uint8_t packed() const {
    return static_cast<std::uint8_t>(static_cast<unsigned>(mechanism) << 4 | static_cast<unsigned>(type));
  }
  static constexpr bool valid(std::uint8_t detail) {
    return (detail & 15) <= static_cast<unsigned>(QueueClass::private_queue) &&
           detail >> 4 <= static_cast<unsigned>(Mechanism::hardened);
  }
  static constexpr QueueKind unpack(std::uint8_t detail) {
    return {static_cast<QueueClass>(detail & 15), static_cast<Mechanism>(detail >> 4)};
  }
};

/// Event::argument of process_lost: how a process ended that did not say so itself. 0: nobody knows.
struct ExitStatus {
  bool known = false;
  int code = 0;  ///< exit code, or a signal's number, negative
  constexpr std::int64_t packed() const { return known ? std::int64_t{1} << 32 | static_cast<std::uint32_t>(code) : 0; }
  static constexpr ExitStatus unpack(std::int64_t argument) {
    return {(argument >> 32) == 1, (argument >> 32) == 1 ? static_cast<int>(static_cast<std::uint32_t>(argument)) : 0};
  }
};

/// Event::detail of outside and foreign_thread: what a thread does where the library does not see it.
enum class Outside : std::uint8_t {
  computing,   ///< on a processor, or ready for one
  sleeping,    ///< in a system call that has a time-out
  thread_end,  ///< joins a thread of its process: Event::object, where that has used a queue
  child_exit,  ///< waits for a process: Event::object, where that is known
  lock,        ///< in futex without a time-out, for another thread of its process
  input,       ///< in another system call: what ends it comes from elsewhere
  stopped,     ///< by SIGSTOP or a debugger
  replaced     ///< by exec: the process runs another program
};

/// Names one item for its whole way from put to task_done: the actor that put it and that actor's count.
/// Zero is "no item"; sequence numbers start at 1.
struct ItemId {
  std::uint16_t producer = 0;
  std::uint32_t sequence = 0;
  constexpr explicit operator bool() const { return sequence != 0; }
  constexpr std::uint64_t packed() const { return (std::uint64_t{producer} << 32) | sequence; }
  static constexpr ItemId unpack(std::uint64_t bits) {
    return {static_cast<std::uint16_t>(bits >> 32), static_cast<std::uint32_t>(bits)};
  }
  friend constexpr bool operator==(ItemId, ItemId) = default;
  friend constexpr auto operator<=>(ItemId a, ItemId b) { return a.packed() <=> b.packed(); }
};

/// Event::argument of pipe_write and pipe_read: bytes moved now, bytes of the frame that are still to come.
struct Chunk {
  std::uint32_t bytes = 0;
  std::uint32_t missing = 0;
  constexpr std::int64_t packed() const { return static_cast<std::int64_t>((std::uint64_t{missing} << 32) | bytes); }
  static constexpr Chunk unpack(std::int64_t argument) {
    auto bits = static_cast<std::uint64_t>(argument);
    return {static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(bits >> 32)};
  }
};

/// Event::argument of queue_new: pipe capacity in bytes (0: as much as there is memory), bound of the queue
/// (2147483647: none).
struct QueueFacts {
  std::uint32_t capacity = 0;
  std::int32_t maxsize = 0;
  constexpr std::int64_t packed() const {
    return static_cast<std::int64_t>((std::uint64_t{capacity} << 32) | static_cast<std::uint32_t>(maxsize));
  }
  static constexpr QueueFacts unpack(std::int64_t argument) {
    auto bits = static_cast<std::uint64_t>(argument);
    return {static_cast<std::uint32_t>(bits >> 32), static_cast<std::int32_t>(bits)};
  }
};

inline constexpr std::uint16_t no_object = 0xffff;
inline constexpr std::size_t text_bytes_per_event = 20;
inline constexpr std::size_t longest_text = 4 * text_bytes_per_event;

struct Event {
  std::uint64_t time = 0;   ///< in the ring: clock ticks; in a trace: nanoseconds since the session began
  std::uint16_t actor = 0;  ///< whose event it is
  Kind kind = Kind::text;
  std::uint8_t detail = 0;           ///< Resource, Outcome, ItemFlags or QueueClass, as the kind says
  std::uint32_t location = 0;        ///< source location of the public call; 0: unknown
  std::uint16_t object = no_object;  ///< queue or actor, as the kind says
  std::uint16_t item_producer = 0;
  std::uint32_t item_sequence = 0;
  std::int64_t argument = 0;  ///< as the kind says

  constexpr ItemId item() const { return {item_producer, item_sequence}; }
  constexpr Resource resource() const { return static_cast<Resource>(detail); }
  constexpr Outcome outcome() const { return static_cast<Outcome>(detail); }
};

static_assert(sizeof(Event) == 32);
static_assert(std::is_trivially_copyable_v<Event>);

/// Kind::text: 20 bytes of text, zero-padded, in the place of the fields behind `detail`.
inline void store_text(Event& event, std::string_view piece) {
  char bytes[text_bytes_per_event] = {};
  std::memcpy(bytes, piece.data(), piece.size() < sizeof bytes ? piece.size() : sizeof bytes);
  std::memcpy(reinterpret_cast<char*>(&event) + 12, bytes, sizeof bytes);
}
inline std::string_view load_text(Event const& event) {
  char const* bytes = reinterpret_cast<char const*>(&event) + 12;
  return {bytes, strnlen(bytes, text_bytes_per_event)};
}

struct KindFacts {
  char const* name;
  Phase phase;
  ObjectKind object;
  bool has_item;
  char const* words;
};

struct ResourceFacts {
  char const* name;
  ObjectKind owner;
  Shape shape;
  char const* words;
};

namespace table {
inline constexpr bool yes = true, no = false;
inline constexpr KindFacts kinds[] = {
#define MP_EVENT(name, phase, object, item, words) {#name, Phase::phase, ObjectKind::object, item, words},
#include <mp/trace/events.def>
#undef MP_EVENT
};
inline constexpr ResourceFacts resources[] = {
#define MP_RESOURCE(name, owner, shape, words) {#name, ObjectKind::owner, Shape::shape, words},
#include <mp/trace/events.def>
#undef MP_RESOURCE
};
}  // namespace table

inline constexpr std::size_t kind_count = sizeof table::kinds / sizeof table::kinds[0];
inline constexpr std::size_t resource_count = sizeof table::resources / sizeof table::resources[0];

constexpr KindFacts const& facts(Kind kind) { return table::kinds[static_cast<std::size_t>(kind)]; }
constexpr ResourceFacts const& facts(Resource resource) { return table::resources[static_cast<std::size_t>(resource)]; }

}  // namespace mp::trace
