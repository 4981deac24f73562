// How a call of a hardened queue waits.
#pragma once

#include <unistd.h>

#include <algorithm>

#include "hardened/hardened_queue.hpp"

namespace mp::detail {

/// Waits until `ready()`; checks from time to time for dead task holders and for an abandoned queue.
template <typename Ready>
HardenedQueue::WaitResult HardenedQueue::wait_until(EventCount& sleepers, SpinBudget& spin, hook::Resource resource,
                                                    hook::ItemId const& item, Block block, Deadline const& deadline,
                                                    Ready&& ready) {
  if (ready()) [[likely]]
    return WaitResult::yes;
  if (is_shut_down()) return WaitResult::shut_down;
  if (block == Block::yes && !gate::closed() && spin.spin(ready)) return WaitResult::yes;
  bool const concerns_tasks = joinable() && (redeliver_ || resource == hook::Resource::barrier);
  auto const died = [&] { return concerns_tasks && ledger_.somebody_died(); };
  auto const abandoned = [&] {
    return (tell_abandoned_ || (resource == hook::Resource::barrier && others_took_tasks())) &&
           !shared_->open_handles.others(getpid());
  };
  auto reason = trace::WakeReason::got;
  auto const because = [&reason](trace::WakeReason why, bool holds) {
    if (holds) reason = why;
    return holds;
  };
  auto const can_return = [&] {
    return because(trace::WakeReason::got, ready()) || because(trace::WakeReason::shut_down, is_shut_down());
  };
  auto const may_wake = [&] {
    return can_return() || because(trace::WakeReason::died, died()) ||
           because(trace::WakeReason::abandoned, abandoned());
  };
  BlockingOperation operation({.kind = hook::Kind::woken,
                               .resource = resource,
                               .object = tracer_.index(),
                               .item = item,
                               .reason = &reason,
                               .stoppable = true},
                              block, deadline.left());
  int abandoned_checks = 0;  // a child that is being forked may not be registered yet
  Nanoseconds slice = EventCount::first_slice;
  for (;;) {
    bool const goes_on = operation.turn([&] { return may_wake() ? hook::Resource::nothing : resource; });
    if (ready()) return WaitResult::yes;
    if (!goes_on) return WaitResult::timed_out;
    if (is_shut_down()) return WaitResult::shut_down;
    if (died()) {
      settle_dead();
      continue;
    }
    if (abandoned() && (++abandoned_checks == 2 || gate::closed())) return WaitResult::abandoned;
    WaitOutcome const waited = operation.wait([&](Timeout time) {
      Deadline const until(time);
      for (;;) {
        std::uint32_t const announced = sleepers.announce();
        if (can_return()) return true;
        Timeout const left = until.left();
        if (left && left->count() == 0) return false;
        Nanoseconds const asleep = gate::now();
        sleepers.sleep(announced, slice, left);
        spin.learn(gate::now() - asleep);
        slice = EventCount::longest_slice;
        if (may_wake()) return true;
        abandoned_checks = 0;
      }
    });
    if (waited == WaitOutcome::timed_out) return ready() ? WaitResult::yes : WaitResult::timed_out;
  }
}

}  // namespace mp::detail
