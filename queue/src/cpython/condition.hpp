// CPython's condition between processes: a lock and three semaphores. A killed waiter never releases `woken`, and
// notify_all then waits without end while holding the lock, as in CPython.
// Source: multiprocessing/synchronize.py, class Condition.
#pragma once

#include <limits>

#include "cpython/semaphore.hpp"

namespace mp::detail {

class Condition {
 public:
  Condition(Lock lock, Lock sleeping, Lock woken, Lock barrier)
      : lock_(lock), sleeping_(sleeping), woken_(woken), barrier_(barrier) {}

  Lock lock() const { return lock_; }

  /// The caller holds the lock, once; it is released while waiting.
  void wait() {
    sleeping_.release();
    lock_.release();
    barrier_.acquire();
    woken_.release();
    lock_.acquire();
  }

  /// The caller holds the lock.
  void notify_all() {
    while (woken_.acquire(Block::no)) (void)sleeping_.acquire(Block::no);  // sleepers that have left since
    int sleepers = 0;
    while (sleepers < std::numeric_limits<int>::max() && sleeping_.acquire(Block::no)) {
      barrier_.release();
      ++sleepers;
    }
    if (sleepers == 0) return;
    for (int sleeper = 0; sleeper < sleepers; ++sleeper) woken_.acquire();
    while (barrier_.acquire(Block::no)) {
    }
  }

 private:
  Lock lock_, sleeping_, woken_, barrier_;
};

}  // namespace mp::detail
