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
  unborn,    ///< known, but its first event is still to come
  running,   ///< between two events, not known to wait
  sleeping,  ///< waits for time to pass, and for nobody
  blocked,   ///< waits for `waits_for`
  exiting,   ///< in its exit sequence
  ended,     ///< left by itself, with `exit_code`
  killed,    ///< gone by a signal
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
  bool in_exit = false;               ///< its exit sequence has begun (it may be blocked in it)
  bool lost = false;                  ///< it is gone without an exit sequence
  Step outside = no_step;             ///< where it was seen outside the library, if it has done nothing since
  Step foreign = no_step;             ///< of a process: a thread that had not used a queue when it was looked at
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
  ActorIndex holder = nobody;  ///< stays when the holder dies: that is the lesson
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
  bool returned = false;  ///< somebody had taken it, and died with it

  std::uint64_t unread() const { return written - std::min(read, written); }
};

/// One process's local end of a queue.
struct LocalEnd {
  NumberedLine<ItemId> buffer;  ///< appended, not yet taken by the feeder
  ActorIndex feeder = nobody;
  bool closed = false;
  bool join_cancelled = false;
  std::uint64_t appended = 0;
};

/// What one actor has done with one queue so far.
struct QueueUse {
  std::uint64_t puts = 0, gets = 0, marks_put = 0, marks_got = 0;  ///< successes; marks are the sentinels among them
  std::uint64_t polls = 0;    ///< answers "empty" that were had without waiting, in all
  std::uint64_t in_vain = 0;  ///< gets that ended with Empty since the last success
  Step last_put = no_step, last_get = no_step;
  Step first_get = no_step, last_get_call = no_step;  ///< the calls, whatever came of them
  Step last_mark = no_step;                           ///< when it last got a sentinel
  bool asked = false;                                 ///< whether it was empty
  bool asks_at_once = false;                          ///< its last get had no time to wait
  bool dropped = false;                               ///< has given its end up, and not used it since
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
  std::uint32_t capacity = 0;      ///< of the pipe, bytes; 0: as much as there is memory
  std::uint64_t pipe_bytes = 0;    ///< written and not yet read, of the messages in `pipe`; never above the capacity
  NumberedLine<PipeMessage> pipe;  ///< oldest first; a hardened queue's line
  std::int64_t free_slots = 0;     ///< value of the slot semaphore
  LockWorld read_lock, write_lock, condition_lock;
  std::int64_t unfinished = 0, sleeping = 0, woken = 0, barrier = 0;  ///< semaphore values
  std::map<ActorIndex, LocalEnd> ends;                                ///< by process
  std::map<ActorIndex, QueueUse> uses;                                ///< by actor
  std::uint64_t puts = 0, gets = 0, tasks_done = 0, dropped = 0;
  std::uint64_t most_items = 0, most_bytes = 0;  ///< that lay in it at one time, buffers not counted

  bool bounded() const { return maxsize != 2147483647; }
  bool hardened() const { return mechanism == mp::Mechanism::hardened; }
  /// Its queue_new may have been lost.
  bool may_be_hardened() const { return hardened() || creator == nobody; }
  LockWorld const* lock(Resource) const;   ///< nullptr where the resource is no lock
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

  QueueWorld const* queue(std::uint16_t object) const;  ///< nullptr where there is none
  /// Who holds what this actor waits for; `nobody` where nobody in particular does, and where it is not known.
  ActorIndex holder_of_wait(ActorIndex) const;
};

/// Whether a thread that was seen outside the library (an event `outside` or `foreign_thread`) may come back by itself.
bool may_come(Event const& seen);

/// Folds one event into the world. Never fails: an event that does not fit (after a gap, or in a hostile
/// trace) changes what it can.
void apply(World&, Trace const&, Step);

/// Any step at once: checkpoints of the world, as far apart as the world is large, and a walk from the
/// nearest one. Grows with its trace.
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
