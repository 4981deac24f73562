// Where processes sleep until something has changed: an event count on a futex. A waker that dies, and a sleeper
// that dies with the wake it got, cost the others a slice of time and nothing else: nobody sleeps for longer.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include <mp/options.hpp>

namespace mp::detail {

/// Lives in memory shared by processes; all zeros is a good start. Bit 0: somebody may sleep; above it: an epoch.
class Sleepers {
 public:
  static constexpr Nanoseconds first_slice{50'000'000};
  static constexpr Nanoseconds longest_slice{1'000'000'000};

  bool anybody() const noexcept { return (word_.load(std::memory_order_relaxed) & 1) != 0; }
  /// A short time without sleep. True as soon as it is ready.
  template <typename Ready>
  static bool spin(Ready&& ready) noexcept {
    for (int turn = 0; turn < spins; ++turn) {
      pause();
      if (ready()) return true;
    }
    return false;
  }
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
  static constexpr int spins = 100;
  static void pause() noexcept {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  void wake(int most) noexcept;
  std::atomic<std::uint32_t> word_{0};
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
