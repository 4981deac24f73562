// The fields of /proc/PID/stat that the library uses.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace mp::detail {

struct ProcessStat {
  char state = 0;  ///< 'R', 'S', 'T', 'Z', ... as in ps; 0: no such process, or no /proc
  pid_t parent = -1;
  long threads = 0;
  std::uint64_t start = 0;  ///< clock ticks since the system was started
};

/// Allocates nothing, so that it can be called between fork and exec.
[[nodiscard]] ProcessStat process_stat(pid_t pid) noexcept;

}  // namespace mp::detail
