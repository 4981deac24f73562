// In builds with QUEUESCOPE_LINGER, a process sleeps at random after stores to shared memory. That widens the windows
// of a few nanoseconds in which a kill or another process could expose a bug.
#pragma once

#include <atomic>
#include <cstdint>

#if defined(QUEUESCOPE_LINGER)
#include <sched.h>
#include <time.h>

namespace mp::detail {

/// Sleep after one in this many stores; 0: never. Must be set before the process has threads.
inline std::uint32_t linger_after_one_in = 0;

inline void linger() {
  if (linger_after_one_in == 0) return;
  static std::atomic<std::uint64_t> random{0};
  std::uint64_t next = random.load(std::memory_order_relaxed);
  if (next == 0) {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    next = static_cast<std::uint64_t>(now.tv_nsec) | 1;
  }
  next = next * 6364136223846793005u + 1442695040888963407u;
  random.store(next, std::memory_order_relaxed);
  if ((next >> 33) % linger_after_one_in != 0) return;
  timespec const time{0, static_cast<long>((next >> 40) % 300'000)};
  nanosleep(&time, nullptr);
}

}  // namespace mp::detail
#endif
