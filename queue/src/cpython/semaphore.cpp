#include "cpython/semaphore.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>

#include <mp/errors.hpp>

#include "waiting/blocking_operation.hpp"
#include "waiting/deadline.hpp"

namespace mp::detail {

Semaphore::Semaphore(unsigned value) {
  if (sem_init(&semaphore_, 1, value) != 0) throw OSError(std::strerror(errno));
}

bool Semaphore::try_acquire() {
  while (sem_trywait(&semaphore_) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

void Semaphore::acquire() {
  while (sem_wait(&semaphore_) != 0 && errno == EINTR) {
  }
}

bool Semaphore::acquire_for(Nanoseconds duration) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  timespec const deadline = to_timespec(saturated_sum(from_timespec(now), duration));
  while (sem_timedwait(&semaphore_, &deadline) != 0) {
    if (errno != EINTR) return false;
  }
  return true;
}

void Semaphore::release() { sem_post(&semaphore_); }

int Semaphore::value() {
  int value = 0;
  sem_getvalue(&semaphore_, &value);
  return value;
}

bool Lock::acquire(Block block, Timeout timeout, hook::ItemId item) {
  BlockingOperation operation({.kind = hook::Kind::acquired,
                               .resource = resource_,
                               .object = queue_,
                               .item = item,
                               .success = hook::Kind::acquired,
                               .stoppable = timeout.has_value()},
                              block, timeout);
  for (;;) {
    if (!operation.turn([this] { return semaphore_->value() > 0 ? hook::Resource::nothing : resource_; })) return false;
    if (semaphore_->try_acquire()) return operation.done();
    WaitOutcome const waited = operation.wait([this](Timeout time) {
      if (time) return semaphore_->acquire_for(*time);
      semaphore_->acquire();
      return true;
    });
    if (waited == WaitOutcome::got) return operation.done();
    if (waited == WaitOutcome::timed_out) return false;
  }
}

void Lock::release(hook::ItemId item) {
  hook::EventFields const fields{.object = queue_, .item = item, .detail = hook::code(resource_)};
  gate::pass({hook::Kind::released, fields});
  if (semaphore_->value() >= maximum_) throw ValueError("semaphore or lock released too many times");
  hook::emit(hook::Kind::released, fields);
  semaphore_->release();
}

}  // namespace mp::detail
