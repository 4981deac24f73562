// The parent's view of a child process. Shared by the Process handles and the parent's QueueRegistry.
#pragma once

#include <sys/types.h>

#include <csignal>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include <mp/detail/file_descriptor.hpp>
#include <mp/process.hpp>
#include <mp/trace/event.hpp>

namespace mp::detail {

class Child {
 public:
  Child(std::function<void()> target, ProcessOptions options);

  void start();
  /// Returns false if it still runs after the time-out.
  bool join(Timeout);
  void signal(int number);
  /// Its exit code, if it has ended. A call of the program, so it passes the gate.
  std::optional<int> look();
  std::optional<int> exitcode_now();

  bool made_here() const;
  /// Throws AssertionError unless this is the process that made it (`doing`: "join", "test", ...).
  void check_parent(char const* doing, SourceLocation const&) const;
  bool started() const { return pid_ != 0; }
  pid_t pid() const { return pid_; }
  int sentinel() const { return pidfd_.number(); }
  std::string const& name() const { return options_.name; }
  bool daemon() const { return options_.daemon; }

 private:
  [[noreturn]] void run(bool from_main_thread);
  bool ends_by_sigterm() const;

  std::function<void()> target_;
  ProcessOptions options_;
  pid_t parent_;
  pid_t pid_ = 0;
  std::uint16_t actor_ = trace::no_object;
  FileDescriptor pidfd_;
  std::mutex mutex_;  ///< guards reaping: a pid must not be signalled after it was reaped
  std::optional<int> exitcode_;
};

}  // namespace mp::detail
