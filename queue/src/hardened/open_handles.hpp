// Which processes have a queue open, for callers that want to know when no other is left.
#pragma once

#include <cstdint>

#include "base/process_identity.hpp"
#include "hardened/shared_atomic.hpp"

namespace mp::detail {

/// Lives in memory shared by processes; all zeros is the initial state.
class OpenHandles {
 public:
  /// Registers a process; calling it again for the same process has no further effect. A process that finds all slots
  /// taken remains unregistered.
  void enter(ProcessIdentity const& who);
  void leave(std::int32_t pid);
  /// Whether any other live process is registered. Makes system calls.
  [[nodiscard]] bool others(std::int32_t pid) const;

 private:
  static constexpr std::uint32_t slot_count = 1024;
  /// The process id and the low half of its start time, in one word, so that a new id is never seen with an old time.
  using Slot = Shared<std::uint64_t>;
  static std::uint64_t packed(ProcessIdentity const& who);
  static std::int32_t pid_of(std::uint64_t word) { return static_cast<std::int32_t>(word >> 32); }
  [[nodiscard]] static bool alive(std::uint64_t word);

  Shared<std::uint32_t> used_;
  Slot slots_[slot_count];
};

}  // namespace mp::detail
