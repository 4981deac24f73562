#include "hardened/open_handles.hpp"

namespace mp::detail {

std::uint64_t OpenHandles::packed(ProcessIdentity const& who) {
  return std::uint64_t{static_cast<std::uint32_t>(who.pid)} << 32 | static_cast<std::uint32_t>(who.start);
}

bool OpenHandles::alive(std::uint64_t word) {
  return ProcessIdentity{pid_of(word), static_cast<std::uint32_t>(word)}.alive();
}

void OpenHandles::enter(ProcessIdentity const& who) {
  std::uint64_t const entry = packed(who);
  for (std::uint32_t index = 0; index < used_.load(); ++index) {
    std::uint64_t before = slots_[index].load();
    if (pid_of(before) != who.pid) continue;
    // Either this process, or an earlier one with the same id. A parent does not know its child's start time and must
    // not erase what the child itself has written.
    if (who.start == 0 && alive(before)) return;
    if (slots_[index].compare_exchange_strong(before, entry)) return;
  }
  for (std::uint32_t index = 0; index < slot_count; ++index) {
    std::uint64_t before = slots_[index].load();
    if (before != 0 && alive(before)) continue;
    if (!slots_[index].compare_exchange_strong(before, entry)) continue;
    std::uint32_t used = used_.load();
    while (used <= index && !used_.compare_exchange_weak(used, index + 1)) {
    }
    return;
  }
}

void OpenHandles::leave(std::int32_t pid) {
  for (std::uint32_t index = 0; index < used_.load(); ++index) {
    std::uint64_t before = slots_[index].load();
    if (pid_of(before) == pid) slots_[index].compare_exchange_strong(before, 0);
  }
}

bool OpenHandles::others(std::int32_t pid) const {
  for (std::uint32_t index = 0; index < used_.load(); ++index) {
    std::uint64_t const word = slots_[index].load();
    if (word != 0 && pid_of(word) != pid && alive(word)) return true;
  }
  return false;
}

}  // namespace mp::detail
