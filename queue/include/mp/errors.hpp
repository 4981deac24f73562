// What the public calls throw. The texts are CPython's, word for word.
#pragma once

#include <sys/types.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <mp/source_location.hpp>

namespace mp {

/// The root of everything this library throws. `where` is the public call that failed.
class Error : public std::runtime_error {
 public:
  explicit Error(std::string const& what, SourceLocation where = SourceLocation::current())
      : std::runtime_error(what), where_(where) {}
  /// The exception's class, as Python would print it: "Empty", "ValueError", ...
  virtual char const* kind() const noexcept { return "Error"; }
  SourceLocation const& where() const noexcept { return where_; }

 private:
  SourceLocation where_;
};

#define MP_ERROR(Name, meaning)                                  \
  class Name : public Error {                                    \
   public:                                                       \
    using Error::Error;                                          \
    char const* kind() const noexcept override { return #Name; } \
  };

MP_ERROR(Empty, "no item arrived before the time-out (queue.Empty)")
MP_ERROR(Full, "no slot became free before the time-out (queue.Full)")
MP_ERROR(ValueError, "a closed queue, one task_done() too many, one release too many")
MP_ERROR(OSError, "a system call failed, or the pipe is broken")
MP_ERROR(EOFError, "end of file between two messages: no process has the write end open")
MP_ERROR(AssertionError, "a call out of order, for example join_thread before close")
MP_ERROR(RuntimeError, "a call that is not supported here")
MP_ERROR(ShutDown, "the queue was shut down (queue.ShutDown)")
MP_ERROR(Abandoned, "no other process is left that could end this wait")
MP_ERROR(NotSerialisable, "thrown by a codec for a value that cannot be encoded; the feeder reports and drops it")
MP_ERROR(DecodeError, "the received bytes do not encode a value of the requested type")

#undef MP_ERROR

/// A task that was taken and will never be done.
struct LostTask {
  std::string item;    ///< its preview, or its number and size
  std::string holder;  ///< name of the process that took it and died
  pid_t pid = 0;       ///< of that process
};

/// Thrown by join(): these tasks will never be done.
class TasksLost : public Error {
 public:
  TasksLost(std::string const& what, std::vector<LostTask> tasks, SourceLocation where)
      : Error(what, where), tasks_(std::move(tasks)) {}
  char const* kind() const noexcept override { return "TasksLost"; }
  std::vector<LostTask> const& tasks() const noexcept { return tasks_; }

 private:
  std::vector<LostTask> tasks_;
};

}  // namespace mp
