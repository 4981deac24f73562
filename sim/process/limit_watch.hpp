// The supervisor's side of the limits. The kernel's own limit of processes counts all of a user's, and does not count
// for root; so each fork of the program asks here first (seccomp's user notification), and a program at its limit
// cannot grow while it is being killed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <mp/detail/file_descriptor.hpp>
#include "sim/process/limits.hpp"

namespace qs {

/// Where the kernel has no such notification, descriptor() stays negative, and LimitWatch counts often instead.
class ForkGuard {
 public:
  explicit ForkGuard(bool wanted);

  /// In the child, before exec: from then on each fork of it and of its descendants waits for an answer.
  void install();
  /// In the supervisor, after that exec.
  void attach();
  /// Readable when a process wants to fork; negative if there is no guard.
  int descriptor() const { return listener_.number(); }

  /// The process that wants to fork next; 0 if there is none.
  std::uint64_t receive() const;
  void allow(std::uint64_t request) const;

 private:
  mp::detail::FileDescriptor ours_, childs_, listener_;
};

/// In the child, before exec: what the kernel itself limits.
void limit_this_process(ProcessLimits const&);

/// Counts what the descendants of this process use.
class LimitWatch {
 public:
  LimitWatch(ProcessLimits const& limits, ForkGuard const& guard) : limits_(limits), guard_(guard) {}

  /// How long to wait at most until the next check(); negative: for ever.
  int interval_ms() const;
  /// Answers those who want to fork. The limit that is reached, if one is: then nobody is answered any more.
  std::optional<Limit> check(bool somebody_wants_to_fork);

 private:
  bool may_fork();

  ProcessLimits limits_;
  ForkGuard const& guard_;
  std::uint32_t alive_ = 0;    ///< when it was counted
  std::uint32_t allowed_ = 0;  ///< since then
  std::chrono::steady_clock::time_point looked_;
};

}  // namespace qs
