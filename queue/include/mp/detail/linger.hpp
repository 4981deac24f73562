// In a build for tests, with QUEUESCOPE_LINGER, a process may linger after its stores to shared memory: the moment
// between two of them, some nanoseconds long, is then long enough to be killed in, and for others to come in between.
#pragma once

#include <atomic>
#include <cstdint>

#if defined(QUEUESCOPE_LINGER)
#include <sched.h>
#include <time.h>

namespace mp::detail {

/// Of this process: it lingers after one store in so many; 0: never. Set it before the process has threads.
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
