// Where processes sleep until something has changed: an event count on a futex. A waker that dies, and a sleeper
// that dies with the wake it got, cost the others a slice of time and nothing else: nobody sleeps for longer.
#pragma once

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cstdint>

#include <mp/options.hpp>

#include "trace/gate.hpp"

namespace mp::detail {

/// Lives in memory shared by processes; all zeros is a good start. Bit 0: somebody may sleep; above it: an epoch.
class EventCount {
 public:
  static constexpr Nanoseconds first_slice{50'000'000};
  static constexpr Nanoseconds longest_slice{1'000'000'000};

  bool anybody() const noexcept { return (word_.load(std::memory_order_relaxed) & 1) != 0; }
  /// To be called before the last look at what is waited for.
  std::uint32_t announce() noexcept;
  /// Until a wake after the announcement, at most the slice, at most the time-out.
  void sleep(std::uint32_t announced, Nanoseconds slice, Timeout timeout = {}) noexcept;
  /// After the change. One of those who sleep goes on, or all.
  void wake_one() noexcept {
    if (anybody()) wake(1);
  }
  void wake_all() noexcept {
    if (anybody()) wake(0x7fffffff);
  }

 private:
  void wake(int most) noexcept;
  std::atomic<std::uint32_t> word_{0};
};

/// How long a process looks before it sleeps, learned from how long it waited before: to wake somebody on another
/// processor takes many times as long as an item does, and who waits for long shall use no processor. Each look gives
/// way to whoever else wants to run there.
class SpinBudget {
 public:
  /// True as soon as it is ready.
  template <typename Ready>
  bool spin(Ready&& ready) noexcept {
    for (int turn = 0; turn < first_looks; ++turn) {
      pause();
      if (ready()) return true;
    }
    std::int64_t const budget = budget_.load(std::memory_order_relaxed);
    if (budget == 0) return false;
    Nanoseconds const until = gate::now() + Nanoseconds(budget);
    do {
      sched_yield();
      if (ready()) return true;
    } while (gate::now() < until);
    return false;
  }
  /// Of a wait that went on asleep.
  void learn(Nanoseconds waited) noexcept {
    std::int64_t const budget = budget_.load(std::memory_order_relaxed);
    std::int64_t const next = waited <= 2 * most ? std::max(2 * budget, least.count()) : budget / 2;
    budget_.store(next < least.count() ? 0 : std::min(next, most.count()), std::memory_order_relaxed);
  }

 private:
  static constexpr int first_looks = 100;
  static constexpr Nanoseconds least{5'000}, most{50'000};
  static void pause() noexcept {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  std::atomic<std::int64_t> budget_{0};  ///< ns; several threads may learn at once, and one of them is heard
};

/// Between a store that others wait for and the look at who waits. The unlock of a mutex before it is a full
/// barrier on x86; and a wake that is missed costs a slice.
inline void before_wake() noexcept {
#if defined(__x86_64__)
  std::atomic_signal_fence(std::memory_order_seq_cst);
#else
  std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

}  // namespace mp::detail
