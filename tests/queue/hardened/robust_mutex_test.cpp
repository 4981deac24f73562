// The lock of Mechanism::hardened, and its waiters.
#include "hardened/robust_mutex.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <new>
#include <stdexcept>

#include <doctest/doctest.h>

#include "tests/queue/hardened/own_segmented_log.hpp"
#include "tests/support/processes.hpp"

using namespace std::chrono_literals;
using mp::detail::RobustMutex;
using Taken = RobustMutex::Taken;

namespace {

/// In memory shared with forked processes.
struct SharedMutex {
  SharedMutex() : mutex(*new (&memory.as<RobustMutex>()) RobustMutex) {}
  /// The lock word: the holder's thread id, and the waiters bit.
  std::atomic_ref<std::uint32_t> word() { return std::atomic_ref(memory.as<std::uint32_t>()); }

  ZeroedMemory memory{sizeof(RobustMutex)};
  RobustMutex& mutex;
};

}  // namespace

TEST_CASE("robust mutex: a waiter gets the lock even if the woken waiter dies") {
  SharedMutex shared;
  REQUIRE(shared.mutex.lock() == Taken::yes);
  auto const asleep = [](tests::Apart const& process) { return tests::state_of(process.pid()) == 'S'; };
  tests::Flag begun;
  tests::Apart doomed([&] {  // the kernel's first waiter; dies as soon as it is woken
    begun.raise();
    std::uint32_t const seen = shared.word().fetch_or(FUTEX_WAITERS) | FUTEX_WAITERS;
    syscall(SYS_futex, &shared.memory.as<std::uint32_t>(), FUTEX_WAIT, seen, nullptr, nullptr, 0);
  });
  begun.wait();
  tests::wait_until([&] { return asleep(doomed); });
  tests::Apart waiter([&] {
    begun.raise();
    (void)shared.mutex.lock();
    shared.mutex.unlock();
  });
  begun.wait();
  tests::wait_until([&] { return asleep(waiter); });
  shared.mutex.unlock();
  CHECK(doomed.code() == 0);
  CHECK(waiter.code() == 0);
}

TEST_CASE("robust mutex: a dead holder releases it, and a wait with a time-out ends") {
  SharedMutex shared;
  CHECK(tests::Apart([&] { (void)shared.mutex.lock(); }).code() == 0);
  CHECK_FALSE(shared.mutex.held());
  CHECK(shared.mutex.lock() == Taken::from_the_dead);
  CHECK(shared.mutex.held());
  auto const refused = [&] {
    bool const no = shared.mutex.try_lock() == Taken::no && shared.mutex.wait(200ms) == Taken::no;
    if (!no) throw std::runtime_error("two have the lock");
  };
  CHECK(tests::Apart(refused).code() == 0);
  shared.mutex.unlock();
  CHECK(shared.mutex.try_lock() == Taken::yes);
  shared.mutex.unlock();
}
