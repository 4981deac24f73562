// Single-stepping: the processor's trap flag raises SIGTRAP after each instruction of a thread. Not for builds with the
// thread sanitizer, whose own locks the signal would interrupt.
#pragma once

#include <csignal>
#include <functional>

namespace tests {

// Below the stack's red zone, which may be in use.
inline void trap_each_instruction() {
  asm volatile("lea -128(%%rsp), %%rsp; pushfq; orq $0x100, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::: "memory", "cc");
}
inline void trap_no_more() {
  asm volatile("lea -128(%%rsp), %%rsp; pushfq; andq $~0x100, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::
                   : "memory", "cc");
}

namespace detail {
inline int instructions_until_interruption = 0;
inline std::function<void()> const* interruption = nullptr;
inline void count_down(int) {
  if (--instructions_until_interruption == 0) (*interruption)();
}
}  // namespace detail

/// Runs `call` and, once this many of its instructions have been executed, `interrupt` in between. Returns whether the
/// call was long enough.
inline bool interrupted_after(int instructions, std::function<void()> const& call,
                              std::function<void()> const& interrupt) {
  detail::instructions_until_interruption = instructions;
  detail::interruption = &interrupt;
  auto const before = std::signal(SIGTRAP, detail::count_down);
  trap_each_instruction();
  call();
  trap_no_more();
  std::signal(SIGTRAP, before);
  return detail::instructions_until_interruption <= 0;
}

}  // namespace tests
