// A semaphore between processes, and the same with its events: the lock of Mechanism::cpython.
// The death of a waiter has no effect on a semaphore; the death of a holder leaves it locked for ever.
#pragma once

#include <semaphore.h>

#include <cstdint>

#include <mp/options.hpp>

#include "trace/hook.hpp"

namespace mp::detail {

/// Lives in memory shared by processes; built in place there, once. Source: Modules/_multiprocessing/semaphore.c.
class Semaphore {
 public:
  explicit Semaphore(unsigned value);
  Semaphore(Semaphore const&) = delete;
  Semaphore& operator=(Semaphore const&) = delete;

  bool try_acquire();
  void acquire();
  /// Against the real-time clock, as CPython does. False when the time is over.
  bool acquire_for(Nanoseconds);
  void release();
  int value();

 private:
  sem_t semaphore_;
};

/// A semaphore under its name in the traces. Copies are the same semaphore.
class Lock {
 public:
  Lock(Semaphore& semaphore, hook::Resource resource, std::uint16_t queue, int maximum = 2147483647)
      : semaphore_(&semaphore), resource_(resource), queue_(queue), maximum_(maximum) {}

  /// Tries first; waits only if that fails and waiting is wanted. `item`: on whose way this happens.
  bool acquire(Block block = Block::yes, Timeout timeout = {}, hook::ItemId item = {});
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
  explicit SemaphoreGuard(Lock lock, hook::ItemId item = {}) : lock_(lock), item_(item) {
    lock_.acquire(Block::yes, {}, item_);
  }
  ~SemaphoreGuard() { lock_.release(item_); }
  SemaphoreGuard(SemaphoreGuard const&) = delete;
  SemaphoreGuard& operator=(SemaphoreGuard const&) = delete;

 private:
  Lock lock_;
  hook::ItemId item_;
};

}  // namespace mp::detail
