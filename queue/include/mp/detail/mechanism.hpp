// The two ways to build a queue.
#pragma once

#include <cstdint>

namespace mp {

/// How a queue is built inside; chosen once, at its creation.
enum class Mechanism : std::uint8_t {
  /// CPython's own: semaphores as locks, one write and two reads a message, the same order of acquires and
  /// releases, and the same hangs when a process is killed. Source: Lib/multiprocessing/queues.py.
  cpython,
  /// Items are kept in shared memory, guarded by two robust mutexes; there is no feeder, and put itself serialises and
  /// throws what its codec throws. After SIGKILL of any process that uses the queue, at any instruction, any number
  /// of times, also of one that is repairing:
  /// - no other process hangs, crashes, or gets a torn, duplicated or reordered item (per producer);
  /// - at most one item is lost: the one that the dead process had taken and not yet returned from get(). An item whose
  ///   put has returned is in the queue;
  /// - no slot and no task leaks: join() throws TasksLost for tasks that dead consumers had taken and not done, or,
  /// with
  ///   QueueOptions::redeliver, other consumers get them, marked as redelivered;
  /// - a get or put with a time-out returns within it. Waiting calls notice a death within a second.
  hardened,
};

}  // namespace mp
