// std::atomic for shared memory; with QUEUESCOPE_LINGER, stores may be followed by a delay.
#pragma once

#include <atomic>
#include <cstdint>

#include <mp/detail/linger.hpp>

namespace mp::detail {

#if defined(QUEUESCOPE_LINGER)

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
