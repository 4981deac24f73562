// Which process this is, beyond its number: numbers are used again.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace mp::detail {

struct ProcessIdentity {
  std::int32_t pid = 0;
  /// In clock ticks since boot; 0: not known. The low 32 bits identify a process as well as all of them.
  std::uint64_t start = 0;

  /// Of the calling process. Read once, and once more after a fork.
  static ProcessIdentity mine();
  /// A zombie is dead.
  bool alive() const;
};

}  // namespace mp::detail
