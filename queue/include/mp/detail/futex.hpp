// The futex system call on a 32-bit atomic in memory that processes share.
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <limits>
#include <type_traits>

namespace mp::detail {

inline constexpr int wake_everybody = std::numeric_limits<int>::max();

template <typename Value>
std::uint32_t* futex_address(std::atomic<Value> const& word) noexcept {
  static_assert(sizeof(word) == sizeof(std::uint32_t) && std::atomic<Value>::is_always_lock_free);
  return const_cast<std::uint32_t*>(reinterpret_cast<std::uint32_t const*>(&word));
}

/// Sleeps while the word has this value, until a wake, a signal or the time-out (nullptr: none). Returns spuriously, so
/// callers must check the word again.
template <typename Value>
void futex_wait(std::atomic<Value> const& word, std::type_identity_t<Value> value,
                timespec const* timeout = nullptr) noexcept {
  syscall(SYS_futex, futex_address(word), FUTEX_WAIT, static_cast<std::uint32_t>(value), timeout, nullptr, 0);
}

/// Wakes at most `most` sleepers; returns how many it woke.
template <typename Value>
int futex_wake(std::atomic<Value> const& word, int most = wake_everybody) noexcept {
  return static_cast<int>(syscall(SYS_futex, futex_address(word), FUTEX_WAKE, most, nullptr, nullptr, 0));
}

}  // namespace mp::detail
