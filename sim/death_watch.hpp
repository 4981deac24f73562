// Learns that processes are gone, whoever their parent is and however they went.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <vector>

#include "sim/descriptor.hpp"

namespace qs {

class DeathWatch {
 public:
  DeathWatch();

  /// `tag` is what dead() calls this process. False when no more processes can be watched.
  bool add(pid_t pid, std::uint32_t tag);
  /// The tags of those that have died since the last call. Does not wait; one system call when nobody has.
  std::vector<std::uint32_t> dead();

 private:
  Descriptor poll_;
  std::map<std::uint32_t, Descriptor> watched_;  ///< pidfds, by tag
  std::vector<std::uint32_t> gone_before_;       ///< dead when they were added
};

}  // namespace qs
