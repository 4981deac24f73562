// Which processes have a queue open, for those who ask to be told when nobody is left.
#pragma once

#include <cstdint>

#include "hardened/process_identity.hpp"
#include "hardened/shared_atomic.hpp"

namespace mp::detail {

/// Lives in memory shared by processes; all zeros is a good start.
class OpenHandles {
 public:
  /// Twice is once. A process that finds no place goes unseen.
  void enter(ProcessIdentity const& who);
  void leave(std::int32_t pid);
  /// Whether a process other than that is alive and in. Asks the system.
  bool others(std::int32_t pid) const;

 private:
  static constexpr std::uint32_t places = 1024;
  struct Slot {
    Shared<std::int32_t> pid;
    Shared<std::uint64_t> start;
    ProcessIdentity who() const { return {pid.load(), start.load()}; }
  };
  Shared<std::uint32_t> used_;
  Slot place_[places];
};

}  // namespace mp::detail
