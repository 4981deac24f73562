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

/// The part of a queue that process exit and fork need.
class Flushable {
 public:
  virtual ~Flushable() = default;
  /// At exit: tells the feeder, if there is one, to write all buffered items and end.
  virtual void finish_feeder() noexcept = 0;
  /// At exit: waits for the feeder, unless cancel_join_thread was called.
  virtual void wait_for_feeder() noexcept = 0;
  /// In a forked child: resets to an empty buffer, no feeder, not closed.
  virtual void after_fork() noexcept = 0;
  /// In the parent: the child has been forked.
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

  /// Tells the queues to finish, terminates daemons, joins children, joins feeders. Runs once per process.
  void exit_sequence(int code) noexcept;
  /// Notifies the queues of a forked child.
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
