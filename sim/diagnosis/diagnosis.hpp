// Why is it blocked? The wait-for graph at one step, followed and put into words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// One step of a chain: an actor, what it waits for, and who could end that wait.
struct WaitLink {
  ActorIndex actor = nobody;
  Resource resource = Resource::nothing;  ///< nothing: this actor does not wait
  std::uint16_t object = mp::trace::no_object;
  std::vector<ActorIndex> because_of;  ///< the holder, or those who could provide it; may be empty
  Step since = no_step;
  std::string sentence;  ///< whole, with its full stop
};

/// From a blocked actor to the end of the matter.
struct WaitChain {
  std::vector<WaitLink> links;
  bool hopeless = false;     ///< no actor that can continue could end it
  bool cycle = false;        ///< the last link waits for an earlier one
  ActorIndex root = nobody;  ///< the actor at its end: alive, dead, or in the cycle
  std::string conclusion;    ///< whole sentence
};

/// A chain of one link for an actor that is not blocked.
WaitChain why(Trace const&, World const&, ActorIndex);

/// Mistakes recognised from the recorded events: who waits for whom, and what is left over.
enum class BugPattern : std::uint8_t {
  join_before_drain,
  nothing_to_get,
  killed_reader,
  killed_writer,
  killed_feeder,
  killed_joiner,
  killed_worker,
  killed_holder,
  task_done_forgotten,
  unserialisable_item,
  queue_full_for_ever,
  items_lost_at_exit,
  tasks_lost,
  opposite_order,
  check_then_act,
  lost_wake_up,
  expectation_failed,
  uncaught_exception,
  sentinel_overtaken,
  items_left_in_queue,
  abnormal_death,      ///< a process others need died of a signal
  exit_without_flush,  ///< left by _exit with items that its feeder had not written
  exited_with_work,    ///< ended by itself with something in hand that others wait for
  circle_of_puts,      ///< each waits for room that only the other could make
  circle_of_waits,     ///< any other circle
  reply_taken,         ///< another process got the answer
  request_unanswered,  ///< who took the request put nothing for it
  consumers_gone,      ///< all who got from the queue had ended before this came
  two_queues_of_one_name,
  own_queue,            ///< a queue used only by the actor that waits
  stopped_process,      ///< by SIGSTOP, a debugger or exec
  outside_library,      ///< waits where the library sees nothing
  polling,              ///< asks over and over instead of waiting
  backlog,              ///< far more items waited than were ever got at a time
  killed_sleeper,       ///< killed in its wait for an event or condition, whose set or notify now waits for its answer
  pipe_end_kept_open,   ///< a reader waits for an end of file that its own write end keeps away
  pool_terminated,      ///< waits for a result of a pool that has been terminated
  thread_failed,        ///< a thread died of an exception, and its process waits for it
  workers_die_at_once,  ///< each is replaced by one that dies in the same way
  private_copy,         ///< a queue of one process that another got a copy of
  put_within_put,       ///< waits for a lock that it holds itself, further up the same call
  lock_taken_twice,     ///< waits for a lock that it has
  permits_kept,         ///< acquired by processes that ended without releasing them
  barrier_incomplete,   ///< fewer come to a barrier than it waits for
  semaphores_left,      ///< by a process that left without its exit steps
  memory_vanished,      ///< removed when the process that made it ended
  chain_of_waiting      ///< no known shape: the chain itself
};
std::string_view name(BugPattern);  ///< "join-before-drain", ...

struct Finding {
  BugPattern mistake = BugPattern::chain_of_waiting;
  std::string title;                ///< a line
  std::string cause;                ///< sentences
  std::string remedy;               ///< sentences
  std::vector<ActorIndex> victims;  ///< who is blocked by it
  std::vector<ItemId> items;        ///< the items that matter, if any do
};

struct Diagnosis {
  bool stuck = false;             ///< an actor is blocked, and no other can free it
  std::string headline;           ///< one sentence
  std::vector<WaitChain> chains;  ///< one for each group of actors that wait alike
  std::vector<Finding> findings;  ///< the most telling first
};

/// Everybody who is blocked in this world and what they have in common; also what went wrong unnoticed.
Diagnosis diagnose(Trace const&, World const&);

std::string to_text(WaitChain const&);
std::string to_text(Diagnosis const&);
nlohmann::ordered_json to_json(Trace const&, WaitChain const&);
nlohmann::ordered_json to_json(Trace const&, Diagnosis const&);

}  // namespace qs
