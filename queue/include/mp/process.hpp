// Processes made by fork, with the API and the life cycle of Python's multiprocessing.Process.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include <mp/options.hpp>
#include <mp/source_location.hpp>

namespace mp {

namespace detail {
class Child;
}

struct ProcessOptions {
  std::string name = {};  ///< for traces and reports; empty: "process-1", "process-2", ...
  bool daemon = false;    ///< terminated, not joined, when its parent exits
};

/// A process that runs a function and exits. What the function refers to is the child's copy.
///
/// The child ends like a Python process: after the function, its queues are flushed (each open queue's
/// feeder is told to finish), its daemon children are terminated, its other children joined, its feeders
/// joined, and then it exits; code 0, or 1 after an exception, which is reported on stderr. The same
/// happens on std::exit. Source: BaseProcess._bootstrap, util._exit_function.
///
/// A handle may be destroyed while the process runs; the parent still joins (or terminates) it at its exit.
class Process {
 public:
  using Where = SourceLocation;

  explicit Process(std::function<void()> target, ProcessOptions options = {}, Where where = Where::current());

  /// Forks. Throws AssertionError when it was started before, OSError if the system refuses another process.
  void start(Where where = Where::current());
  /// Waits for the end, at most for `timeout`. Throws AssertionError before start and in another process.
  void join(Timeout timeout = {}, Where where = Where::current());
  /// Sends SIGTERM or SIGKILL. Does nothing if the process has ended.
  void terminate(Where where = Where::current());
  void kill(Where where = Where::current());

  [[nodiscard]] bool is_alive(Where where = Where::current());
  /// nullopt while it runs; then its exit code, or the negated number of the signal that killed it.
  [[nodiscard]] std::optional<int> exitcode(Where where = Where::current());
  /// 0 before start.
  pid_t pid() const;
  /// A descriptor that polls readable when the process has ended (a pidfd); -1 before start.
  int sentinel() const;
  std::string const& name() const;
  bool daemon() const;

 private:
  std::shared_ptr<detail::Child> child_;
};

/// Names of the children of this process that are running. Source: multiprocessing.active_children.
std::vector<std::string> active_children();

/// Name of the calling process: "main" at the root. Source: multiprocessing.current_process().name.
std::string const& process_name();

/// Sleeps, and records it in the trace.
void sleep_for(Nanoseconds duration, SourceLocation where = SourceLocation::current());

/// Writes a remark into the trace. Does nothing if the program is not being recorded.
void note(std::string_view text, SourceLocation where = SourceLocation::current());

}  // namespace mp
