#include "hardened/robust_mutex.hpp"

#include <linux/futex.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include <mp/errors.hpp>

#include "hardened/event_count.hpp"
#include "waiting/blocking_operation.hpp"

namespace mp::detail {

RobustMutex::RobustMutex() {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  int const error = pthread_mutex_init(&mutex_, &attributes);
  pthread_mutexattr_destroy(&attributes);
  if (error != 0) throw OSError(std::string("cannot make a robust mutex: ") + std::strerror(error));
}

RobustMutex::Taken RobustMutex::taken_in_error(int error) {
  if (error != EOWNERDEAD) return Taken::no;
  pthread_mutex_consistent(&mutex_);
  return Taken::from_the_dead;
}

RobustMutex::Taken RobustMutex::try_lock() { return taken(pthread_mutex_trylock(&mutex_)); }

RobustMutex::Taken RobustMutex::wait(Timeout timeout) {
  Deadline const until(timeout);
  for (Nanoseconds slice = EventCount::first_slice;; slice = EventCount::longest_slice) {
    Timeout const left = until.left();
    bool const last = left && *left <= slice;
    Taken const taken = wait_slice(last ? *left : slice);
    if (taken != Taken::no || last) return taken;
  }
}

RobustMutex::Taken RobustMutex::wait_slice(Nanoseconds time) {
  auto const until = [&](clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return to_timespec(saturated_sum(from_timespec(now), time));
  };
#if defined(__SANITIZE_THREAD__)  // GCC 12's does not intercept pthread_mutex_clocklock
  timespec const end = until(CLOCK_REALTIME);
  return taken(pthread_mutex_timedlock(&mutex_, &end));
#else
  timespec const end = until(CLOCK_MONOTONIC);
  return taken(pthread_mutex_clocklock(&mutex_, CLOCK_MONOTONIC, &end));
#endif
}

/// The lock word of a robust mutex has the holder's thread id, which the kernel clears when the holder dies.
bool RobustMutex::held() const {
  auto& word = const_cast<int&>(mutex_.__data.__lock);
  return (std::atomic_ref(word).load(std::memory_order_relaxed) & FUTEX_TID_MASK) != 0;
}

void RobustLock::note_owner_death() {
  recovery_->leaked.store(1);
  recovery_->claimed.store(1);
  hook::emit(hook::Kind::repaired, {.object = queue_, .detail = hook::code(resource_)});
}

bool RobustLock::acquire_slowly(Deadline const& deadline, hook::ItemId item) {
  BlockingOperation operation({.kind = hook::Kind::acquired,
                               .resource = resource_,
                               .object = queue_,
                               .item = item,
                               .success = hook::Kind::acquired},
                              Block::yes, deadline.left());
  for (;;) {
    if (!operation.turn([this] { return mutex_->held() ? resource_ : hook::Resource::nothing; })) return false;
    auto taken = mutex_->try_lock();
    WaitOutcome waited = WaitOutcome::got;
    if (taken == RobustMutex::Taken::no) {
      waited = operation.wait([&](Timeout time) {
        taken = mutex_->wait(time);
        return taken != RobustMutex::Taken::no;
      });
    }
    if (waited == WaitOutcome::timed_out) return false;
    if (waited == WaitOutcome::interrupted) continue;
    note(taken);
    return operation.done();
  }
}

void RobustLock::emit_released(hook::ItemId item) const {
  hook::EventFields const fields{.object = queue_, .item = item, .detail = hook::code(resource_)};
  gate::pass({hook::Kind::released, fields});
  hook::emit(hook::Kind::released, fields);
}

}  // namespace mp::detail
