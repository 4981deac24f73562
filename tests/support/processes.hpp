// Process information from /proc, and helpers for tests with several processes.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <vector>

namespace tests {

/// The entries of a folder whose names are numbers, sorted.
std::vector<pid_t> numbers_in(std::string const& folder);
pid_t parent_of(pid_t process);
/// 'R', 'S', 'Z', ... as in /proc; 0 if the process does not exist.
char state_of(pid_t process);
/// Children, their children, ...
std::vector<pid_t> descendants(pid_t process);

[[noreturn]] inline void sleep_for_ever() {
  for (;;) pause();
}

/// How a process ended, and its output.
struct Ended {
  int code = 0;  ///< exit code; -signal
  std::string out, err;
};
/// Runs `body` and then std::exit(0) in a separate process, made by a plain fork.
Ended run_apart(std::function<void()> const& body);

/// Replaces CHECK in such a body, where failures would go unnoticed: if the condition does not hold, reports the line
/// on stderr and ends the process with code 99.
void must(bool holds, int line = __builtin_LINE());

/// The same without waiting for its end. The destructor kills it and all its descendants.
class Apart {
 public:
  explicit Apart(std::function<void()> const& body);
  ~Apart();
  Apart(Apart const&) = delete;
  Apart& operator=(Apart const&) = delete;

  pid_t pid() const { return pid_; }
  /// Waits until it has ended.
  int code();
  /// Whether it is alive and has been asleep for a while, which is taken for a hang.
  bool hangs();

 private:
  pid_t pid_ = 0;
  bool reaped_ = false;
  int code_ = 0;
};

/// Raised in one process and awaited in another; created before the fork.
class Flag {
 public:
  Flag();
  ~Flag();
  Flag(Flag const&) = delete;
  Flag& operator=(Flag const&) = delete;
  void raise(unsigned times = 1);
  void wait();  ///< consumes one raise

 private:
  int descriptor_;
};

/// Polls until the condition holds; the watchdog ends a test in which it never does.
void wait_until(std::function<bool()> const& holds);

}  // namespace tests
