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
};

/// Whether a call may wait. A time-out counts only with `yes`, as in Python.
enum class Block : bool { no, yes };

using Nanoseconds = std::chrono::nanoseconds;
/// How long to wait; none: for ever. A negative time-out counts as zero.
using Timeout = std::optional<Nanoseconds>;

struct QueueOptions {
  int maxsize = 0;  ///< most items at once; <= 0: as many as a semaphore counts (2147483647)
  Mechanism mechanism = Mechanism::cpython;
  std::string name = {};  ///< for traces and messages; empty: "queue-1", "queue-2", ...
};

}  // namespace mp
