// The two ways to build a queue.
#pragma once

#include <cstdint>

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

}  // namespace mp
