// Detects the end of processes, whatever their parent and the cause.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <vector>

#include <mp/detail/file_descriptor.hpp>

namespace qs {

class DeathWatch {
 public:
  DeathWatch();

  /// `tag` is what dead() calls this process. False when no more processes can be watched.
  bool add(pid_t pid, std::uint32_t tag);
  /// The tags of those that have died since the last call. Does not wait; one system call when nobody has.
  std::vector<std::uint32_t> dead();

 private:
  mp::detail::FileDescriptor poll_;
  std::map<std::uint32_t, mp::detail::FileDescriptor> watched_;  ///< pidfds, by tag
  std::vector<std::uint32_t> gone_before_;                       ///< dead when they were added
};

}  // namespace qs
