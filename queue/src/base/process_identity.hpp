// Identifies a process although pids are reused.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace mp::detail {

struct ProcessIdentity {
  std::int32_t pid = 0;
  /// In clock ticks since boot; 0: unknown. The low 32 bits identify a process as well as all of them.
  std::uint64_t start = 0;

  /// Of the calling process. Cached until the next fork.
  static ProcessIdentity mine();
  /// A zombie counts as dead.
  [[nodiscard]] bool alive() const;
};

}  // namespace mp::detail
