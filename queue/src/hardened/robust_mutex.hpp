// The lock of Mechanism::hardened: a mutex between processes that survives the death of its holder.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <cstdint>

#include <mp/options.hpp>

#include "hardened/shared_atomic.hpp"
#include "trace/hook.hpp"
#include "waiting/deadline.hpp"

namespace mp::detail {

/// Lives in memory shared by processes; constructed in place there, once. The kernel tracks the holder by thread and
/// not by number, so reused process ids do no harm.
///
/// An unlock wakes one waiter. If that waiter is killed before it has the lock, no one may wake the others any more. So
/// waiters sleep for at most one slice at a time.
class RobustMutex {
 public:
  enum class Taken : std::uint8_t { no, yes, from_the_dead };

  RobustMutex();
  RobustMutex(RobustMutex const&) = delete;
  RobustMutex& operator=(RobustMutex const&) = delete;

  [[nodiscard]] Taken try_lock();
  [[nodiscard]] Taken lock() {
    int const error = pthread_mutex_trylock(&mutex_);
    return error == EBUSY ? wait() : taken(error);
  }
  /// Waits for the lock, up to the time-out.
  [[nodiscard]] Taken wait(Timeout = {});
  void unlock() { pthread_mutex_unlock(&mutex_); }
  /// Whether a live thread holds it now.
  [[nodiscard]] bool held() const;

 private:
  Taken wait_slice(Nanoseconds);
  Taken taken(int error) { return error == 0 ? Taken::yes : taken_in_error(error); }
  Taken taken_in_error(int error);
  pthread_mutex_t mutex_;
};

/// What the death of a lock holder may have left behind. All state changes are single stores, so nothing is ever half
/// done; but segments may have become unreachable.
struct RecoveryFlags {
  Shared<std::uint32_t> leaked{0};
  Shared<std::uint32_t> claimed{0};  ///< a ledger entry may claim an item that was not taken
};

/// A robust mutex that records its events. Copies refer to the same mutex.
class RobustLock {
 public:
  RobustLock(RobustMutex& mutex, RecoveryFlags& recovery, hook::Resource resource, std::uint16_t queue)
      : mutex_(&mutex), recovery_(&recovery), resource_(resource), queue_(queue) {}

  /// Returns false only after the deadline. Sets the recovery flags if the previous holder died.
  [[nodiscard]] bool acquire(Deadline const& deadline, hook::ItemId const& item = {}) {
    if (!hook::on() && deadline.never()) [[likely]] {
      note(mutex_->lock());
      return true;
    }
    return acquire_slowly(deadline, item);
  }
  /// Waits without limit.
  void acquire(hook::ItemId const& item = {}) { (void)acquire(Deadline({}), item); }
  void release(hook::ItemId const& item = {}) {
    if (hook::on()) [[unlikely]]
      emit_released(item);
    mutex_->unlock();
  }
  bool held() const { return mutex_->held(); }

 private:
  [[nodiscard]] bool acquire_slowly(Deadline const& deadline, hook::ItemId item);
  void emit_released(hook::ItemId item) const;
  void note(RobustMutex::Taken taken) {
    if (taken == RobustMutex::Taken::from_the_dead) [[unlikely]]
      note_owner_death();
  }
  void note_owner_death();

  RobustMutex* mutex_;
  RecoveryFlags* recovery_;
  hook::Resource resource_;
  std::uint16_t queue_;
};

/// Releases an acquired lock at the end of the scope.
class ReleaseGuard {
 public:
  explicit ReleaseGuard(RobustLock& lock) : lock_(lock) {}
  ReleaseGuard(RobustLock& lock, hook::ItemId const& item) : lock_(lock), item_(&item) {}
  ~ReleaseGuard() { lock_.release(item_ == nullptr ? hook::ItemId() : *item_); }
  ReleaseGuard(ReleaseGuard const&) = delete;
  ReleaseGuard& operator=(ReleaseGuard const&) = delete;

 private:
  RobustLock& lock_;
  hook::ItemId const* item_ = nullptr;  ///< the item of the release event; read at the release
};

}  // namespace mp::detail
