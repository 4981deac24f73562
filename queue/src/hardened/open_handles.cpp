#include "hardened/open_handles.hpp"

#include <algorithm>

namespace mp::detail {

void OpenHandles::enter(ProcessIdentity const& who) {
  for (std::uint32_t index = 0; index < used_.load(); ++index) {
    if (place_[index].pid.load() != who.pid) continue;
    place_[index].start.store(who.start);  // of an earlier process of this number, or not known to its parent
    return;
  }
  for (std::uint32_t index = 0; index < places; ++index) {
    Slot& place = place_[index];
    std::int32_t before = place.pid.load();
    if (before != 0 && place.who().alive()) continue;
    if (!place.pid.compare_exchange_strong(before, who.pid)) continue;
    place.start.store(who.start);
    std::uint32_t used = used_.load();
    while (used <= index && !used_.compare_exchange_weak(used, index + 1)) {
    }
    return;
  }
}

void OpenHandles::leave(std::int32_t pid) {
  for (std::uint32_t index = 0; index < used_.load(); ++index) {
    std::int32_t expected = pid;
    place_[index].pid.compare_exchange_strong(expected, 0);
  }
}

bool OpenHandles::others(std::int32_t pid) const {
  for (std::uint32_t index = 0; index < used_.load(); ++index) {
    ProcessIdentity const who = place_[index].who();
    if (who.pid != 0 && who.pid != pid && who.alive()) return true;
  }
  return false;
}

}  // namespace mp::detail
