// What the kernel says about processes, and helpers for tests that need several of them.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <vector>

namespace tests {

/// The entries of a folder that are numbers, sorted.
std::vector<pid_t> numbers_in(std::string const& folder);
pid_t parent_of(pid_t process);
/// 'R', 'S', 'Z', ... as in /proc; 0 for a process that is gone.
char state_of(pid_t process);
/// Children, their children, ...
std::vector<pid_t> descendants(pid_t process);

[[noreturn]] inline void sleep_for_ever() {
  for (;;) pause();
}

/// How a process ended, and what it wrote.
struct Ended {
  int code = 0;  ///< exit code; -signal
  std::string out, err;
};
/// Runs `body` and then std::exit(0) in a process of its own, made by a plain fork.
Ended run_apart(std::function<void()> const& body);

/// For such a body, whose failed CHECKs nobody would see: unless the condition holds, reports the line on stderr and
/// ends the process with code 99.
void must(bool holds, int line = __builtin_LINE());

/// The same without waiting for its end. The destructor kills it, with all that it started.
class Apart {
 public:
  explicit Apart(std::function<void()> const& body);
  ~Apart();
  Apart(Apart const&) = delete;
  Apart& operator=(Apart const&) = delete;

  pid_t pid() const { return pid_; }
  /// Waits until it has ended.
  int code();
  /// Whether it is alive and has slept through the whole of a while: a hang can only be believed, not proven.
  bool hangs();

 private:
  pid_t pid_ = 0;
  bool reaped_ = false;
  int code_ = 0;
};

/// Raised in one process, awaited in another: made before the fork.
class Flag {
 public:
  Flag();
  ~Flag();
  Flag(Flag const&) = delete;
  Flag& operator=(Flag const&) = delete;
  void raise(unsigned times = 1);
  void wait();  ///< takes one raise

 private:
  int descriptor_;
};

/// Looks until it holds; the watchdog ends a test for which it never does.
void wait_until(std::function<bool()> const& holds);

}  // namespace tests
