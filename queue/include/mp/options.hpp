// The choices of a queue and of a call.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <mp/detail/mechanism.hpp>

namespace mp {

/// The mechanism of queues whose options do not name one: hardened, unless this process sets another default.
Mechanism default_mechanism() noexcept;
void set_default_mechanism(Mechanism mechanism) noexcept;

/// Whether a call may wait. A time-out is ignored with `no`, as in Python.
enum class Block : bool { no, yes };

using Nanoseconds = std::chrono::nanoseconds;
/// How long to wait; nullopt: without limit. A negative time-out counts as zero.
using Timeout = std::optional<Nanoseconds>;

namespace detail {
/// Rounds up to nanoseconds, and saturates.
template <typename Rep, typename Period>
Nanoseconds to_nanoseconds(std::chrono::duration<Rep, Period> duration) {
  using Seconds = std::chrono::duration<long double>;
  if (Seconds(duration) >= Seconds(Nanoseconds::max())) return Nanoseconds::max();
  if (duration <= duration.zero()) return Nanoseconds::zero();
  return std::chrono::ceil<Nanoseconds>(duration);
}
}  // namespace detail

struct QueueOptions {
  int maxsize = 0;  ///< most items at once; <= 0: as many as a semaphore counts (2147483647)
  Mechanism mechanism = default_mechanism();
  std::string name = {};  ///< for traces and messages; empty: "queue-1", "queue-2", ...
  /// JoinableQueue, hardened: a task whose consumer died is given to another one, instead of being lost. For tasks that
  /// may be done twice: the dead consumer may have done part of the work.
  bool redeliver = false;
  /// hardened: a call that waits throws Abandoned once no other process is left that has the queue open. For calls that
  /// only other processes can end. Leave it off where a thread of the same process may end the wait, or where the other
  /// process is started later.
  bool tell_abandoned = false;
  /// hardened: how many times done() is called, once by each producer, before the queue is shut down; 0: done() is not
  /// used. See until_closed().
  int producers = 0;
};

}  // namespace mp
