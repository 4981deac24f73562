// std::atomic for what processes share. In a build for tests, with QUEUESCOPE_LINGER, whoever wants to may linger after
// its stores: the moment between two of them, some nanoseconds long, is then long enough to be killed in, and for
// others to come in between.
#pragma once

#include <atomic>
#include <cstdint>

#if defined(QUEUESCOPE_LINGER)
#include <sched.h>
#include <time.h>
#endif

namespace mp::detail {

#if defined(QUEUESCOPE_LINGER)

/// Of this process: it lingers after one store in so many; 0: never. Not before it has threads.
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

template <typename T>
class Shared : public std::atomic<T> {
 public:
  using std::atomic<T>::atomic;
  void store(T value, std::memory_order order = std::memory_order_seq_cst) {
    std::atomic<T>::store(value, order);
    linger();
  }
  T exchange(T value, std::memory_order order = std::memory_order_seq_cst) {
    T const before = std::atomic<T>::exchange(value, order);
    linger();
    return before;
  }
  T fetch_add(T value, std::memory_order order = std::memory_order_seq_cst) {
    T const before = std::atomic<T>::fetch_add(value, order);
    linger();
    return before;
  }
  T fetch_sub(T value, std::memory_order order = std::memory_order_seq_cst) {
    T const before = std::atomic<T>::fetch_sub(value, order);
    linger();
    return before;
  }
};

#else

template <typename T>
using Shared = std::atomic<T>;

#endif

}  // namespace mp::detail
