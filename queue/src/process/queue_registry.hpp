// The queues and children of a process. Resets the queues in a forked child, and runs the exit sequence.
// Source: multiprocessing/util.py, register_after_fork and _exit_function.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

namespace mp::detail {

class Child;

/// A queue, as far as a process's life concerns it.
class Flushable {
 public:
  virtual ~Flushable() = default;
  /// At exit: tells the feeder, if there is one, to write what is buffered and to end.
  virtual void finish_feeder() noexcept = 0;
  /// At exit: waits for that, unless the process cancelled it.
  virtual void wait_for_feeder() noexcept = 0;
  /// In a forked child, which has no other thread: empty buffer, no feeder, not closed.
  virtual void after_fork() noexcept = 0;
  /// In the parent: that child has been forked.
  virtual void started(pid_t) noexcept {}
};

class QueueRegistry {
 public:
  /// The registry of the calling process. Never destroyed; the first call installs the exit and fork handlers.
  static QueueRegistry& of_this_process();

  void add(std::weak_ptr<Flushable> queue);
  void add(std::shared_ptr<Child> child);
  /// Those that are still running.
  std::vector<std::shared_ptr<Child>> children();

  /// Queues told to finish; daemons terminated; children joined; feeders joined. Once a process.
  void exit_sequence(int code) noexcept;
  /// Tells the queues of a child that was forked.
  void started(pid_t child) noexcept;
  bool exiting() const { return exiting_; }

 private:
  QueueRegistry();
  std::vector<std::shared_ptr<Flushable>> queues();

  std::mutex mutex_;
  std::vector<std::weak_ptr<Flushable>> queues_;
  std::vector<std::shared_ptr<Child>> children_;
  std::atomic<bool> exiting_{false};
};

}  // namespace mp::detail
