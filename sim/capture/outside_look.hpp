// What the kernel says of a process where the library sees nothing: its threads, and how a dead one ended.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include <mp/trace/event.hpp>

namespace qs {

/// A thread as it was at one moment.
struct SeenThread {
  pid_t id = 0;
  mp::trace::Outside what = mp::trace::Outside::computing;
  std::string words;    ///< "futex", "read", "on a processor"
  pid_t waits_for = 0;  ///< thread or process, for thread_end and child_exit; 0: not known
};

/// All threads of a process. Empty: it is gone, or may not be looked at. What a thread does is read from
/// /proc/PID/task/TID/syscall, and where that is refused, guessed from its state.
std::vector<SeenThread> threads_of(pid_t process);

/// How a process ended whose parent has not waited for it yet: exit code, or a signal's number, negative.
std::optional<int> exit_code_of_zombie(pid_t process);

/// The program that a process runs; empty where that is not known.
std::string program_of(pid_t process);
/// Whether it has this file in its memory; true where that is not known. After an exec it has nothing of before.
bool has_mapped(pid_t process, int file);

}  // namespace qs
