#include "sleepers.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../time.hpp"

namespace mp::detail {

namespace {

long futex(std::atomic<std::uint32_t>& word, int operation, std::uint32_t value, timespec const* time) noexcept {
  return syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&word), operation, value, time, nullptr, 0);
}

}  // namespace

// Each announcement and each wake begins an epoch. So a sleeper that has not yet entered the kernel when it is
// woken does not enter; and a waker takes bit 0 away only if nobody announced himself since it found no sleeper.
std::uint32_t Sleepers::announce() noexcept {
  std::uint32_t seen = word_.load();
  while (!word_.compare_exchange_weak(seen, (seen + 2) | 1)) {
  }
  return (seen + 2) | 1;
}

void Sleepers::sleep(std::uint32_t announced, Nanoseconds slice, Timeout timeout) noexcept {
  timespec const time = to_timespec(timeout ? std::min(*timeout, slice) : slice);
  futex(word_, FUTEX_WAIT, announced, &time);
}

void Sleepers::wake(int most) noexcept {
  std::uint32_t const next = word_.fetch_add(2) + 2;
  if (futex(word_, FUTEX_WAKE, static_cast<std::uint32_t>(most), nullptr) >= most) return;
  std::uint32_t seen = next;
  word_.compare_exchange_strong(seen, next & ~1u);
}

}  // namespace mp::detail
