// How a call of a hardened queue waits.
#pragma once

#include <unistd.h>

#include <algorithm>

#include "queue.hpp"

namespace mp::detail {

/// Waits until `ready()`; asks the dead and the living from time to time whether they change anything.
template <typename Ready>
HardenedQueue::Come HardenedQueue::wait_until(Sleepers& sleepers, Patience& patience, hook::Resource what,
                                              hook::ItemId const& item, Block block, Deadline const& deadline,
                                              Ready&& ready) {
  if (ready()) [[likely]]
    return Come::yes;
  if (shut()) return Come::shut;
  if (block == Block::yes && !gate::closed() && patience.spin(ready)) return Come::yes;
  bool const concerns_tasks = joinable() && (redeliver_ || what == hook::Resource::barrier);
  auto const died = [&] { return concerns_tasks && ledger_.somebody_died(); };
  auto const lonely = [&] { return tell_abandoned_ && !shared_->attendance.others(getpid()); };
  Operation operation({.kind = hook::Kind::woken, .resource = what, .object = voice_.index(), .item = item}, block,
                      deadline.left());
  int lonely_looks = 0;  // a child that is being forked may not be in yet
  Nanoseconds slice = Sleepers::first_slice;
  for (;;) {
    bool const goes_on =
        operation.turn([&] { return ready() || shut() || died() || lonely() ? hook::Resource::nothing : what; });
    if (ready()) return Come::yes;
    if (!goes_on) return Come::too_late;
    if (shut()) return Come::shut;
    if (died()) {
      settle_dead();
      continue;
    }
    if (lonely() && (++lonely_looks == 2 || gate::closed())) return Come::abandoned;
    Waited const waited = operation.wait([&](Timeout time) {
      Deadline const until(time);
      for (;;) {
        std::uint32_t const announced = sleepers.announce();
        if (ready() || shut()) return true;
        Timeout const left = until.left();
        if (left && left->count() == 0) return false;
        Nanoseconds const asleep = gate::now();
        sleepers.sleep(announced, slice, left);
        patience.learn(gate::now() - asleep);
        slice = Sleepers::longest_slice;
        if (ready() || shut() || died() || lonely()) return true;
        lonely_looks = 0;
      }
    });
    if (waited == Waited::over) return ready() ? Come::yes : Come::too_late;
  }
}

}  // namespace mp::detail
