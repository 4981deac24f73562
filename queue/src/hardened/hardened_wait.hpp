// How a call of a hardened queue waits.
#pragma once

#include <unistd.h>

#include <algorithm>

#include "hardened/hardened_queue.hpp"

namespace mp::detail {

/// Waits until `ready()`; asks the dead and the living from time to time whether they change anything.
template <typename Ready>
HardenedQueue::WaitResult HardenedQueue::wait_until(EventCount& sleepers, SpinBudget& spin, hook::Resource what,
                                                    hook::ItemId const& item, Block block, Deadline const& deadline,
                                                    Ready&& ready) {
  if (ready()) [[likely]]
    return WaitResult::yes;
  if (shut()) return WaitResult::shut;
  if (block == Block::yes && !gate::closed() && spin.spin(ready)) return WaitResult::yes;
  bool const concerns_tasks = joinable() && (redeliver_ || what == hook::Resource::barrier);
  auto const died = [&] { return concerns_tasks && ledger_.somebody_died(); };
  auto const lonely = [&] { return tell_abandoned_ && !shared_->open_handles.others(getpid()); };
  BlockingOperation operation({.kind = hook::Kind::woken, .resource = what, .object = tracer_.index(), .item = item},
                              block, deadline.left());
  int lonely_looks = 0;  // a child that is being forked may not be in yet
  Nanoseconds slice = EventCount::first_slice;
  for (;;) {
    bool const goes_on =
        operation.turn([&] { return ready() || shut() || died() || lonely() ? hook::Resource::nothing : what; });
    if (ready()) return WaitResult::yes;
    if (!goes_on) return WaitResult::timed_out;
    if (shut()) return WaitResult::shut;
    if (died()) {
      settle_dead();
      continue;
    }
    if (lonely() && (++lonely_looks == 2 || gate::closed())) return WaitResult::abandoned;
    WaitOutcome const waited = operation.wait([&](Timeout time) {
      Deadline const until(time);
      for (;;) {
        std::uint32_t const announced = sleepers.announce();
        if (ready() || shut()) return true;
        Timeout const left = until.left();
        if (left && left->count() == 0) return false;
        Nanoseconds const asleep = gate::now();
        sleepers.sleep(announced, slice, left);
        spin.learn(gate::now() - asleep);
        slice = EventCount::longest_slice;
        if (ready() || shut() || died() || lonely()) return true;
        lonely_looks = 0;
      }
    });
    if (waited == WaitOutcome::timed_out) return ready() ? WaitResult::yes : WaitResult::timed_out;
  }
}

}  // namespace mp::detail
