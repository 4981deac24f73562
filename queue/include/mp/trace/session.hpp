// The session: memory shared by an observed program and its recorder. Laid out here, once, for both sides.
//
//   +--------+---------------------+-------------------------+---------------------------------------+
//   | Header | ActorSlot x actors  | LocationSlot x locations| ring of actor 0 | ring of actor 1 | ... |
//   +--------+---------------------+-------------------------+---------------------------------------+
//
// It is a memfd: it has no name in any file system, it outlives the death of any writer (also by SIGKILL),
// and pages that nobody touched cost nothing. The observed program finds it by the descriptor whose number
// stands in the environment variable QUEUESCOPE_SESSION.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <mp/trace/event.hpp>

namespace mp::trace {

inline constexpr char session_variable[] = "QUEUESCOPE_SESSION";
/// The same session as a path below /proc, for a process that its parent left no descriptor of it.
inline constexpr char session_path_variable[] = "QUEUESCOPE_SESSION_PATH";
/// The path of the memory in which the Python hooks keep the ids of the items in each pipe.
inline constexpr char item_ids_variable[] = "QUEUESCOPE_ITEM_IDS";
inline constexpr char session_magic[8] = {'Q', 'S', 'E', 'S', 'S', 'I', 'O', 'N'};
inline constexpr std::uint32_t session_version = 3;

/// How Event::time counts in the rings. The time stamp counter is four times cheaper than clock_gettime
/// and is used where the kernel itself trusts it (its clock source is "tsc").
enum class Clock : std::uint32_t { monotonic_ns, tsc };

/// The gate stands before each operation on shared state. Open: everybody passes. Closed: every actor says
/// what it will do next, parks, and does that one operation when the controller says so.
enum class Gate : std::uint32_t { open, closed };
/// Where an actor is, as the gate sees it.
enum class GateState : std::uint32_t { running, parked, gone };
/// What the controller says to a parked actor: look again whether you could go on; go; your time is over;
/// the gate is open.
enum class GateCommand : std::uint32_t { none, look, go, time_over, open };

struct Header {
  char magic[8];
  std::uint32_t version;
  std::uint32_t actors;       ///< how many ActorSlots and rings there are
  std::uint32_t locations;    ///< how many LocationSlots there are
  std::uint32_t ring_events;  ///< size of each ring; a power of two
  Clock clock;
  std::uint32_t lossless;     ///< 1: a full ring makes its writer wait; 0: it drops and counts
  std::uint64_t start_ticks;  ///< the session's beginning on `clock`
  double nanoseconds_per_tick;
  std::uint64_t bytes;                                    ///< of the whole session
  std::int32_t recorder_pid;                              ///< whom a lossless writer waits for
  alignas(64) std::atomic<std::uint32_t> actor_count;     ///< slots taken; may exceed `actors`: the rest was refused
  alignas(64) std::atomic<std::uint32_t> location_count;  ///< likewise; location 0 is "unknown" and never used
  alignas(64) std::atomic<std::uint32_t> queue_count;     ///< queue ids given away
  std::uint32_t controlled;                               ///< 1: the gate may close, so nobody sleeps deeply
  alignas(64) std::atomic<Gate> gate;
  std::atomic<std::int64_t> frozen;  ///< what the clock of time-outs shows while the gate is closed, ns
  std::atomic<std::int64_t> offset;  ///< while it is open: what to add to the steady clock, ns
  std::uint32_t many_runs;           ///< 1: the program stops at its first use of the library and forks runs from there
  alignas(64) std::atomic<std::uint32_t> runs_wanted;  ///< a futex
  std::atomic<std::uint32_t> runs_over;                ///< a futex: how many runs' first processes have come and gone
  std::atomic<std::int32_t> server_pid;                ///< 0 until the program has come so far
  alignas(64) std::atomic<std::uint32_t> arrivals;     ///< grows when an actor parks, looks or leaves; a futex
};

/// What an actor's thread is about to do, and the controller's word to it. The actor fills it before it
/// parks; a parked actor changes nothing but `blocked_on`.
struct GateSlot {
  std::atomic<GateCommand> command;  ///< a futex
  std::atomic<GateState> state;
  std::atomic<Resource> blocked_on;  ///< what the operation would wait for; nothing: it would not
  std::atomic<std::uint32_t> looks;  ///< how often it has looked again
  Kind kind;                         ///< of the event that will say that it is done
  std::uint8_t detail;
  std::uint16_t object;
  ItemId item;
  std::uint32_t location;
  std::int64_t argument;
  std::int64_t deadline;  ///< on the clock of time-outs; no_deadline: it waits for ever
};
inline constexpr std::int64_t no_deadline = INT64_MAX;

/// One per actor: a process's main thread, a feeder, or another thread that used a queue.
/// The name and the kind are written by whoever starts the actor, before it runs; the rest by the actor.
struct ActorSlot {
  std::atomic<std::uint32_t> ready;  ///< 1 once kind, parent and name may be read
  ActorKind kind;
  std::uint16_t parent;           ///< the actor that started this one; no_object for a root
  std::uint16_t process;          ///< the actor that is this one's process (itself for a process)
  std::atomic<std::int32_t> pid;  ///< 0 until the actor has begun
  // Of a process, so that its death is waited for where it is certain, and not for some time:
  std::atomic<std::uint32_t> ends_by_sigterm;   ///< 1: it neither handles nor blocks it, as of when it last parked
  std::atomic<std::uint32_t> dies_with_parent;  ///< 1: it gets SIGTERM from the kernel when its parent is gone
  char name[64];
  alignas(64) std::atomic<std::uint64_t> head;  ///< events ever written; the writer's
  std::atomic<std::uint64_t> dropped;           ///< events ever dropped; the writer's
  alignas(64) std::atomic<std::uint64_t> tail;  ///< events ever read; the recorder's
  alignas(64) GateSlot gate;
};

/// A source line, interned once a process. Filled, then published by `ready`; a slot whose writer was
/// killed in between stays unready and reads as "unknown".
struct LocationSlot {
  std::atomic<std::uint32_t> ready;
  std::uint32_t line;
  char file[176];     ///< the end of the path where it is longer
  char function[72];  ///< the beginning where it is longer
};
static_assert(sizeof(LocationSlot) == 256);

/// What the recorder decides when it creates the session. Each side copies it out of the header once: from then on
/// nothing that the other side writes to shared memory can lead outside of it.
struct SessionFacts {
  std::uint32_t actors = 0;
  std::uint32_t locations = 0;
  std::uint32_t ring_events = 0;
  Clock clock = Clock::monotonic_ns;
  bool lossless = false;
  bool controlled = false;
  bool many_runs = false;
  std::int32_t recorder_pid = 0;
  std::uint64_t start_ticks = 0;
  double nanoseconds_per_tick = 1;

  static constexpr std::uint64_t actors_at() { return round_up(sizeof(Header)); }
  std::uint64_t locations_at() const { return round_up(actors_at() + sizeof(ActorSlot) * std::uint64_t{actors}); }
  std::uint64_t rings_at() const { return round_up(locations_at() + sizeof(LocationSlot) * std::uint64_t{locations}); }
  /// Of the whole session.
  std::uint64_t bytes() const { return round_up(rings_at() + sizeof(Event) * std::uint64_t{ring_events} * actors); }

 private:
  static constexpr std::uint64_t round_up(std::uint64_t bytes) { return (bytes + 4095) / 4096 * 4096; }
};

/// The same addresses for both sides. Whoever asks for an actor, a location or a ring has checked its index against
/// `facts`.
struct SessionView {
  SessionView() = default;
  explicit SessionView(Header& of)
      : header(&of), facts{of.actors,        of.locations,           of.ring_events,    of.clock,
                           of.lossless != 0, of.controlled != 0,     of.many_runs != 0, of.recorder_pid,
                           of.start_ticks,   of.nanoseconds_per_tick} {}

  Header* header = nullptr;
  SessionFacts facts;

  explicit operator bool() const { return header != nullptr; }
  ActorSlot& actor(std::uint32_t index) const {
    return reinterpret_cast<ActorSlot*>(base() + SessionFacts::actors_at())[index];
  }
  LocationSlot& location(std::uint32_t index) const {
    return reinterpret_cast<LocationSlot*>(base() + facts.locations_at())[index];
  }
  Event* ring(std::uint32_t index) const {
    return reinterpret_cast<Event*>(base() + facts.rings_at()) + std::size_t{index} * facts.ring_events;
  }
  std::uint64_t rings_at() const { return facts.rings_at(); }
  std::uint64_t size() const { return facts.bytes(); }

 private:
  char* base() const { return reinterpret_cast<char*>(header); }
};

}  // namespace mp::trace
