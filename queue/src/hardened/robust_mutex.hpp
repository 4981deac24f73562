// The lock of Mechanism::hardened: a mutex between processes that survives its holder.
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

/// Lives in memory shared by processes; built in place there, once. The kernel knows who holds it, by thread and
/// not by number, so that a process id used again confuses nobody.
///
/// The kernel and the C library wake one of those who wait. If that one is killed before it has the lock, and somebody
/// was faster or the holder died too, nobody wakes the others any more. So nobody sleeps here for longer than a slice.
class RobustMutex {
 public:
  enum class Taken : std::uint8_t { no, yes, from_the_dead };

  RobustMutex();
  RobustMutex(RobustMutex const&) = delete;
  RobustMutex& operator=(RobustMutex const&) = delete;

  Taken try_lock();
  Taken lock() {
    int const error = pthread_mutex_trylock(&mutex_);
    return error == EBUSY ? wait() : taken(error);
  }
  /// Waits for it, at most for so long.
  Taken wait(Timeout = {});
  void unlock() { pthread_mutex_unlock(&mutex_); }
  /// Whether somebody who is alive holds it now.
  bool held() const;

 private:
  Taken wait_slice(Nanoseconds);
  Taken taken(int error) { return error == 0 ? Taken::yes : taken_in_error(error); }
  Taken taken_in_error(int error);
  pthread_mutex_t mutex_;
};

/// What a holder who died may have left unfinished. Everything that decides is one store, so nothing is ever half
/// true; but memory may be in nobody's hands.
struct RecoveryFlags {
  Shared<std::uint32_t> leaked{0};
  Shared<std::uint32_t> claimed{0};  ///< an entry of a ledger may say that its item was taken, and it was not
};

/// A robust mutex under its name in the traces. Copies are the same mutex.
class RobustLock {
 public:
  RobustLock(RobustMutex& mutex, RecoveryFlags& recovery, hook::Resource resource, std::uint16_t queue)
      : mutex_(&mutex), damage_(&recovery), resource_(resource), queue_(queue) {}

  /// False only when the time is over. Whoever gets it from a dead holder notes the damage.
  bool acquire(Deadline const& deadline = Deadline({}), hook::ItemId const& item = {}) {
    if (!hook::on() && deadline.never()) [[likely]] {
      note(mutex_->lock());
      return true;
    }
    return acquire_slowly(deadline, item);
  }
  void release(hook::ItemId const& item = {}) {
    if (hook::on()) [[unlikely]]
      say_released(item);
    mutex_->unlock();
  }
  bool held() const { return mutex_->held(); }

 private:
  bool acquire_slowly(Deadline const& deadline, hook::ItemId item);
  void say_released(hook::ItemId item) const;
  void note(RobustMutex::Taken taken) {
    if (taken == RobustMutex::Taken::from_the_dead) [[unlikely]]
      note_damage();
  }
  void note_damage();

  RobustMutex* mutex_;
  RecoveryFlags* damage_;
  hook::Resource resource_;
  std::uint16_t queue_;
};

/// Gives back for a scope what was acquired before it.
class Releasing {
 public:
  explicit Releasing(RobustLock& lock) : lock_(lock) {}
  Releasing(RobustLock& lock, hook::ItemId const& item) : lock_(lock), item_(&item) {}
  ~Releasing() { lock_.release(item_ == nullptr ? hook::ItemId() : *item_); }
  Releasing(Releasing const&) = delete;
  Releasing& operator=(Releasing const&) = delete;

 private:
  RobustLock& lock_;
  hook::ItemId const* item_ = nullptr;  ///< on whose way; looked at when it is given back
};

}  // namespace mp::detail
