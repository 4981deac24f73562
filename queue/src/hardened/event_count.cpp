#include "hardened/event_count.hpp"

#include <mp/detail/futex.hpp>

#include "waiting/deadline.hpp"

namespace mp::detail {

// Each announcement and each wake starts a new epoch. So a sleeper that has not entered the kernel yet when it is woken
// does not go to sleep, and a waker clears bit 0 only if there was no announcement after it found no sleeper.
std::uint32_t EventCount::announce() noexcept {
  std::uint32_t seen = word_.load();
  while (!word_.compare_exchange_weak(seen, (seen + 2) | 1)) {
  }
  return (seen + 2) | 1;
}

void EventCount::sleep(std::uint32_t announced, Nanoseconds slice, Timeout timeout) noexcept {
  timespec const time = to_timespec(timeout ? std::min(*timeout, slice) : slice);
  futex_wait(word_, announced, &time);
}

void EventCount::wake(int most) noexcept {
  std::uint32_t const next = word_.fetch_add(2) + 2;
  if (futex_wake(word_, most) >= most) return;
  std::uint32_t seen = next;
  word_.compare_exchange_strong(seen, next & ~1u);
}

}  // namespace mp::detail
