// What /proc/PID/stat says of a process.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace mp::detail {

struct ProcessStat {
  char state = 0;  ///< as ps shows it: 'R', 'S', 'T', 'Z', ...; 0: there is no such process, or no /proc
  pid_t parent = -1;
  long threads = 0;
  std::uint64_t start = 0;  ///< clock ticks since the system was started
};

/// Allocates nothing, so that it can be called between fork and exec.
ProcessStat process_stat(pid_t pid) noexcept;

}  // namespace mp::detail
