// A semaphore between processes, and a wrapper that records its events: the lock of Mechanism::cpython. The death of a
// waiter has no effect on a semaphore; the death of a holder leaves it locked.
#pragma once

#include <semaphore.h>

#include <cstdint>

#include <mp/options.hpp>

#include "trace/hook.hpp"

namespace mp::detail {

/// Lives in memory shared by processes; constructed in place there, once. Source: Modules/_multiprocessing/semaphore.c.
class Semaphore {
 public:
  explicit Semaphore(unsigned value);
  Semaphore(Semaphore const&) = delete;
  Semaphore& operator=(Semaphore const&) = delete;

  [[nodiscard]] bool try_acquire();
  void acquire();
  /// Uses the real-time clock, as CPython does. Returns false on time-out.
  [[nodiscard]] bool acquire_for(Nanoseconds);
  void release();
  int value();

 private:
  sem_t semaphore_;
};

/// A semaphore that records its events. Copies refer to the same semaphore.
class Lock {
 public:
  Lock(Semaphore& semaphore, hook::Resource resource, std::uint16_t queue, int maximum = 2147483647)
      : semaphore_(&semaphore), resource_(resource), queue_(queue), maximum_(maximum) {}

  /// Returns false on time-out. `item`: the item that the events name.
  [[nodiscard]] bool acquire(Block block, Timeout timeout = {}, hook::ItemId item = {});
  /// Waits without limit.
  void acquire(hook::ItemId item = {}) { (void)acquire(Block::yes, {}, item); }
  /// Throws ValueError "semaphore or lock released too many times" above `maximum`.
  void release(hook::ItemId item = {});
  int value() const { return semaphore_->value(); }

 private:
  Semaphore* semaphore_;
  hook::Resource resource_;
  std::uint16_t queue_;
  int maximum_;
};

/// Holds a lock for a scope.
class SemaphoreGuard {
 public:
  explicit SemaphoreGuard(Lock lock, hook::ItemId item = {}) : lock_(lock), item_(item) { lock_.acquire(item_); }
  ~SemaphoreGuard() { lock_.release(item_); }
  SemaphoreGuard(SemaphoreGuard const&) = delete;
  SemaphoreGuard& operator=(SemaphoreGuard const&) = delete;

 private:
  Lock lock_;
  hook::ItemId item_;
};

}  // namespace mp::detail
