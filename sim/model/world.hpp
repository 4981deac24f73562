// The model: what every actor and every queue is doing at one step. A pure fold over events; live view and
// replay are the same code. Views read it as const and keep no truth of their own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/model/numbered_line.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

inline constexpr ActorIndex nobody = mp::trace::no_object;

enum class ActorState : std::uint8_t {
  unborn,    ///< known, but has no event yet
  running,   ///< between two events, not known to wait
  sleeping,  ///< waits for time to pass
  blocked,   ///< waits for `waits_for`
  exiting,   ///< runs its exit steps
  ended,     ///< exited, with `exit_code`
  killed,    ///< ended by a signal
};

struct ActorWorld {
  ActorState state = ActorState::unborn;
  ActorIndex process = nobody;  ///< whose memory it lives in; known from its first event on
  Kind call = Kind::text;       ///< begin kind of the public call it is in; Kind::text: in none, if call_known
  bool call_known = true;       ///< false after lost events, until its next call begins or ends
  bool unseen = false;          ///< events of its are missing here: nothing is known of its state
  std::uint32_t losing = 0;     ///< of a process: how many of its actors lose events here
  Step last_loss = no_step;     ///< of a process: the last gap of one of them
  std::uint16_t call_object = mp::trace::no_object;
  std::uint32_t location = 0;  ///< of its last event that had one
  Step last_step = no_step;
  Step since = no_step;    ///< the step at which `state` began
  Step started = no_step;  ///< of a process: when its parent started it
  Resource waits_for = Resource::nothing;
  std::uint16_t waits_object = mp::trace::no_object;  ///< queue or actor, as the resource says
  std::int64_t wait_timeout = -1;                     ///< ns, -1: for ever
  ItemId item;                                        ///< the item in its hands, if any
  int exit_code = 0;                                  ///< of an ended process; -signal when killed and known
  bool exit_code_known = false;
  bool daemon = false;
  bool in_exit = false;    ///< its exit steps have begun (it may be blocked in them)
  bool lost = false;       ///< it died without running its exit steps
  Step outside = no_step;  ///< when it was last seen outside the library; no_step once it has done something since
  Step foreign = no_step;  ///< of a process: a thread that had not used a queue when it was looked at
  std::uint32_t foreign_threads = 0;  ///< how many such threads there were then
  std::uint64_t puts = 0, gets = 0, tasks_done = 0;
  std::uint64_t blocked_ns = 0;     ///< of all waits that are over
  NumberedLine<ItemId> holding;     ///< got and (joinable queue) not yet finished, oldest first
  std::vector<ActorIndex> threads;  ///< of a process: those of its other actors that have begun and live
  std::vector<QueueIndex> ends;     ///< of a process: the queues that it has an end of

  bool alive() const {
    return state != ActorState::unborn && state != ActorState::ended && state != ActorState::killed;
  }
};

struct LockWorld {
  std::int32_t value = 1;
  ActorIndex holder = nobody;  ///< stays when the holder dies
  Step since = no_step;
};

enum class ItemPlace : std::uint8_t { putting, buffered, feeding, piped, got, done, dropped };

struct ItemWorld {
  ItemPlace place = ItemPlace::putting;
  QueueIndex queue = 0;
  Step put = no_step;         ///< its put_begin; the preview is the trace's text of that step
  Step since = no_step;       ///< when it came to `place`
  ActorIndex actor = nobody;  ///< whose hands or buffer it is in
  std::uint64_t bytes = 0;    ///< of its body; 0 until serialised
  bool sentinel = false;
  std::uint64_t number_in_line = 0;   ///< in the buffer or pipe that it came to last
  std::uint64_t number_in_hands = 0;  ///< in its getter's `holding`
};

/// One message in the pipe. A message may be partly written and partly read.
struct PipeMessage {
  ItemId item;
  std::uint64_t frame = 0;  ///< header and body, bytes
  std::uint64_t written = 0;
  std::uint64_t read = 0;
  bool returned = false;  ///< it was redelivered: its getter died with it

  std::uint64_t unread() const { return written - std::min(read, written); }
};

/// One process's local end of a queue.
struct LocalEnd {
  NumberedLine<ItemId> buffer;  ///< appended, not yet taken by the feeder
  ActorIndex feeder = nobody;
  bool closed = false;
  bool join_cancelled = false;
  std::uint64_t appended = 0;
  Step read_closed = no_step, write_closed = no_step;  ///< of a pipe: when it closed its connection
};

/// What one actor has done with one queue so far.
struct QueueUse {
  std::uint64_t puts = 0, gets = 0;  ///< successful calls
  std::uint64_t in_vain = 0;         ///< gets that ended with Empty since the last success
  Step last_put = no_step, last_get = no_step;
  Step first_get = no_step, last_get_call = no_step;  ///< of the calls, successful or not
  bool asked = false;                                 ///< has called empty()
  bool dropped = false;                               ///< has given up its end and not used it since
};

/// Since when something has been known, given that nobody has lost events since then.
struct KnownSince {
  Step pipe = no_step, slots = no_step, unfinished = no_step, sleeping = no_step, woken = no_step, barrier = no_step;
};

struct QueueWorld {
  bool exists = false;
  KnownSince known;
  Step slot_step = no_step;  ///< when a slot was taken or given back last
  bool read_partly = false;  ///< the last message that somebody read from has not been read to its end
  std::string name;
  mp::trace::QueueClass type = mp::trace::QueueClass::queue;
  mp::Mechanism mechanism = mp::Mechanism::cpython;
  ActorIndex creator = nobody;
  std::int32_t maxsize = 2147483647;
  std::uint32_t capacity = 0;      ///< of the pipe, bytes; 0: unbounded
  std::uint64_t pipe_bytes = 0;    ///< written and not yet read, of the messages in `pipe`; never above the capacity
  NumberedLine<PipeMessage> pipe;  ///< oldest first; for a hardened queue, the shared log
  std::int64_t free_slots = 0;     ///< value of the slot semaphore
  LockWorld read_lock, write_lock, condition_lock, mutex;
  std::map<ActorIndex, std::int64_t> permits;  ///< of a semaphore, by who has acquired and not released them
  std::int64_t free_permits = 0, sleepers = 0, acknowledgements = 0, notices = 0;  ///< semaphore values
  std::int64_t unfinished = 0, sleeping = 0, woken = 0, barrier = 0;               ///< semaphore values
  std::map<ActorIndex, LocalEnd> ends;                                             ///< by process
  std::map<ActorIndex, QueueUse> uses;                                             ///< by actor
  std::uint64_t puts = 0, gets = 0, tasks_done = 0, dropped = 0;
  std::uint64_t most_items = 0, most_bytes = 0;  ///< peaks, without the buffers

  bool bounded() const { return maxsize != 2147483647; }
  bool hardened() const { return mechanism == mp::Mechanism::hardened; }
  /// Its queue_new may have been lost.
  bool may_be_hardened() const { return hardened() || creator == nobody; }
  LockWorld const* lock(Resource) const;   ///< nullptr if the resource is no lock
  std::int64_t semaphore(Resource) const;  ///< value of a lock's or a count's semaphore, as sem_getvalue has it; else 0
};

struct World {
  Step step = no_step;     ///< the last step applied; no_step: nothing yet
  std::uint64_t time = 0;  ///< ns, of that step
  std::vector<ActorWorld> actors;
  std::vector<QueueWorld> queues;     ///< by QueueIndex; check `exists`
  std::map<ItemId, ItemWorld> items;  ///< those on their way; a finished item is forgotten
  std::uint64_t lost = 0;             ///< events not recorded so far
  std::uint32_t losing = 0;           ///< actors of whom events are missing just here
  Step last_loss = no_step;           ///< the last gap: up to it events of somebody were missing

  // What lost events leave unknown, until something says it anew. Without lost events all of it is known.
  /// The state of an actor, and what it waits for.
  bool knows_state(ActorIndex) const;
  /// In which call it is, if in any.
  bool knows_call(ActorIndex) const;
  /// Who holds a lock of this queue, or that nobody does.
  bool knows_holder(QueueWorld const&, LockWorld const&) const;
  /// How many bytes and which messages are in the pipe.
  bool knows_pipe(QueueWorld const&) const;
  /// The value of a semaphore of this queue.
  bool knows_count(QueueWorld const&, Resource) const;
  /// Where an item is.
  bool knows_place(ItemWorld const&) const;
  /// Whether what was so at that step is still known: in general, or where only this process could have changed it.
  bool certain_since(Step) const;
  bool certain_since(Step, ActorIndex process) const;

  QueueWorld const* queue(std::uint16_t object) const;  ///< nullptr if there is none
  /// The holder of what this actor waits for; `nobody` if there is no particular holder or it is not known.
  ActorIndex holder_of_wait(ActorIndex) const;
};

/// Whether a thread that was seen outside the library (an event `outside` or `foreign_thread`) may come back by itself.
[[nodiscard]] bool may_come(Event const& seen);

/// Folds one event into the world. Never fails: of an inconsistent event (after a gap, or in a hostile trace) it
/// applies what it can.
void apply(World&, Trace const&, Step);

/// The world after step `last`, or after the last one: for who asks once, without the checkpoints of a History.
World world_at(Trace const&, Step last);
World last_world(Trace const&);

/// The world at any step, from checkpoints: the larger the world, the further apart they are. Grows with its trace.
class History {
 public:
  explicit History(Trace const& trace) : trace_(&trace) {}
  /// The world after `step` has happened; no_step: before everything. A step that the trace does not have
  /// yet means its last one. Valid until the next call.
  World const& at(Step step);
  std::size_t checkpoints() const { return checkpoints_.size(); }

 private:
  void walk_to(Step step);
  void forget_what_was_not_so();

  Trace const* trace_;
  std::size_t losses_ = 0;          ///< that the worlds below know of
  std::vector<World> checkpoints_;  ///< steps rising
  World current_;
};

}  // namespace qs
