// An event count on a futex, on which processes sleep until something has changed. Sleeps are cut into slices, so a
// wake that is lost with a dead process delays the others by at most one slice.
#pragma once

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <cstdint>

#include <mp/options.hpp>

#include "trace/gate.hpp"

namespace mp::detail {

/// Lives in memory shared by processes; all zeros is the initial state. Bit 0: there may be sleepers; above it: the
/// epoch.
class EventCount {
 public:
  static constexpr Nanoseconds first_slice{50'000'000};
  static constexpr Nanoseconds longest_slice{1'000'000'000};

  [[nodiscard]] bool anybody() const noexcept { return (word_.load(std::memory_order_relaxed) & 1) != 0; }
  /// Must be called before the last check of the condition that is waited for.
  [[nodiscard]] std::uint32_t announce() noexcept;
  /// Sleeps until a wake after the announcement, for at most the slice and the time-out.
  void sleep(std::uint32_t announced, Nanoseconds slice, Timeout timeout = {}) noexcept;
  /// To be called after the change. Wakes one sleeper, or all.
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

/// How long to spin before sleeping, adapted to the length of earlier waits: waking a process on another processor
/// takes many times as long as passing an item, but a long wait must not use the processor. Each turn of the loop
/// yields.
class SpinBudget {
 public:
  /// Returns true as soon as `ready()`, false when the budget is used up.
  template <typename Ready>
  [[nodiscard]] bool spin(Ready&& ready) noexcept {
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
  /// Adapts the budget to a wait that had to sleep for this long.
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
  std::atomic<std::int64_t> budget_{0};  ///< ns; concurrent updates may overwrite each other
};

/// Must stand between a store that others wait for and the check for sleepers. On x86, the unlock of the mutex before
/// it is a full barrier. A missed wake costs one slice.
inline void before_wake() noexcept {
#if defined(__x86_64__)
  std::atomic_signal_fence(std::memory_order_seq_cst);
#else
  std::atomic_thread_fence(std::memory_order_seq_cst);
#endif
}

}  // namespace mp::detail
