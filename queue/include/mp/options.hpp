// The choices of a queue and of a call.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace mp {

/// How a queue is built inside; chosen once, at its creation.
enum class Mechanism : std::uint8_t {
  /// CPython's own: semaphores as locks, one write and two reads a message, the same order of acquires and
  /// releases, and the same hangs when somebody is killed. Source: Lib/multiprocessing/queues.py.
  cpython,
  /// Items stand in shared memory between two robust mutexes; there is no feeder, and put itself serialises and
  /// throws what its codec throws. After SIGKILL of any process that uses the queue, at any instruction, any number
  /// of times, also of one that is repairing:
  /// - nobody else hangs, crashes, or gets a torn, doubled or reordered item (in the order of each producer);
  /// - at most the item is lost that the dead process had taken and not yet returned from get(); what a put
  ///   returned for is in the queue;
  /// - no slot and no task leaks: join() throws TasksLost for what dead consumers had taken and not done, or, with
  ///   QueueOptions::redeliver, other consumers get it, marked as redelivered;
  /// - a get or put with a time-out returns within it. Whoever waits notices a death within a second.
  hardened,
};

/// What a queue is made with whose options do not say: hardened, until this process says otherwise.
Mechanism default_mechanism() noexcept;
void set_default_mechanism(Mechanism mechanism) noexcept;

/// Whether a call may wait. A time-out counts only with `yes`, as in Python.
enum class Block : bool { no, yes };

using Nanoseconds = std::chrono::nanoseconds;
/// How long to wait; none: for ever. A negative time-out counts as zero.
using Timeout = std::optional<Nanoseconds>;

struct QueueOptions {
  int maxsize = 0;  ///< most items at once; <= 0: as many as a semaphore counts (2147483647)
  Mechanism mechanism = default_mechanism();
  std::string name = {};  ///< for traces and messages; empty: "queue-1", "queue-2", ...
  /// JoinableQueue, hardened: a task whose consumer died is given to another one, instead of being lost.
  bool redeliver = false;
  /// hardened: a call that waits throws Abandoned once no other process is left that has the queue open.
  bool tell_abandoned = false;
};

}  // namespace mp
