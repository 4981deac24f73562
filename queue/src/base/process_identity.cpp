#include "base/process_identity.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <mp/detail/process_stat.hpp>

namespace mp::detail {

ProcessIdentity ProcessIdentity::mine() {
  static std::atomic<std::int32_t> known_pid{0};
  static std::atomic<std::uint64_t> known_start{0};
  auto const pid = static_cast<std::int32_t>(getpid());
  if (known_pid.load(std::memory_order_acquire) != pid) {
    known_start.store(process_stat(pid).start);
    known_pid.store(pid, std::memory_order_release);
  }
  return {pid, known_start.load()};
}

bool ProcessIdentity::alive() const {
  if (kill(pid, 0) != 0 && errno == ESRCH) return false;
  ProcessStat const stat = process_stat(pid);
  if (stat.state == 0) return kill(pid, 0) == 0 || errno != ESRCH;  // no /proc
  bool const zombie = (stat.state == 'Z' || stat.state == 'X') && stat.threads <= 1;
  return !zombie && (start == 0 || static_cast<std::uint32_t>(start) == static_cast<std::uint32_t>(stat.start));
}

}  // namespace mp::detail
