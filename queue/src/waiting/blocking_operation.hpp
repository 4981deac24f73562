// The only way to block. An operation on shared state first takes its turn at the gate and is then tried. Only if that
// fails, it emits `blocked`, sleeps, and emits how the wait ended. So every wait is recorded, and the controller has a
// single place to decide who may proceed.
#pragma once

#include <algorithm>
#include <utility>

#include <mp/detail/stop_scope.hpp>
#include <mp/options.hpp>

#include "trace/gate.hpp"
#include "trace/hook.hpp"
#include "waiting/deadline.hpp"

namespace mp::detail {

/// How a wait ended: successfully; on time-out; or because the gate was closed, where the operation must take its turn.
enum class WaitOutcome : std::uint8_t { got, timed_out, interrupted };

/// One operation that may have to wait:
///
///     Operation operation({...}, block, timeout);
///     do {
///       if (!operation.turn(probe)) return false;
///       if (tried and got it) return operation.done();
///     } while (operation.wait(sleep));
class BlockingOperation {
 public:
  struct What {
    hook::Kind kind;  ///< of the event that completes the operation
    hook::Resource resource;
    std::uint16_t object = trace::no_object;
    hook::ItemId item = {};
    hook::Kind success = hook::Kind::woken;  ///< emitted after a successful wait; `acquired` also without a wait
    hook::Kind time_over = hook::Kind::refused;
    trace::WakeReason const* reason = nullptr;  ///< of the end of the wait, when woken is emitted; nullptr: got
    bool stoppable = false;                     ///< a StopScope may end it; not for waits whose callers cannot give up
  };

  explicit BlockingOperation(What const& what, Block block = Block::yes, Timeout timeout = {})
      : what_(what),
        may_wait_(block == Block::yes && (!timeout || timeout->count() > 0)),
        stoppable_(what.stoppable && StopScope::active()),
        timeout_(timeout.value_or(Nanoseconds::max())) {}

  /// Takes a turn at the gate. `probe()` returns what the operation would wait for now, or Resource::nothing.
  /// Returns false on time-out.
  template <typename Probe>
  bool turn(Probe&& probe) {
    if (!gate::closed()) [[likely]]
      return true;
    return gated(std::forward<Probe>(probe));
  }
  bool turn() {
    if (!gate::closed()) [[likely]]
      return true;
    return gated([] { return hook::Resource::nothing; });
  }

  /// To be called after a failed try. `sleep(timeout)` waits in the kernel and returns whether the operation succeeded
  /// or should be tried again.
  template <typename Sleep>
  WaitOutcome wait(Sleep&& sleep) {
    if (!may_wait_) return refuse();
    start_clock();
    if (!blocked_ && !gate::closed()) {
      blocked_ = true;
      emit(hook::Kind::blocked, timeout_ == Nanoseconds::max() ? -1 : timeout_.count());
    }
    for (;;) {
      if (gate::closed()) return WaitOutcome::interrupted;
      Timeout left = deadline_->left();
      if (stop_requested()) return refuse();
      bool const last = !(gate::controlled() || stoppable_) || (left && *left <= gate::max_sleep);
      if (sleep(last ? left : Timeout(gate::max_sleep))) {
        if (what_.success == hook::Kind::woken) woken();
        return WaitOutcome::got;
      }
      if (last && left) return refuse();
    }
  }

  /// Emits that the operation is done. Returns true.
  bool done() {
    emit(what_.success, 0);
    blocked_ = false;
    return true;
  }

 private:
  template <typename Look>
  bool gated(Look&& look) {
    start_clock();
    auto probe = [&] { return may_wait_ && !stop_requested() ? look() : hook::Resource::nothing; };
    gate::Next const next{what_.kind,
                          {.object = what_.object, .item = what_.item, .detail = hook::code(what_.resource)}};
    auto const turn = gate::park(next, may_wait_ ? deadline_->at() : Timeout(), gate::Probe(probe), blocked_);
    if (turn == gate::ParkResult::time_over) {
      emit(what_.time_over, 0);
      blocked_ = false;
      return false;
    }
    bool const goes_on = turn == gate::ParkResult::go || probe() == hook::Resource::nothing;
    if (blocked_ && goes_on && what_.success == hook::Kind::woken) woken();
    return true;
  }

  bool stop_requested() const { return stoppable_ && StopScope::stop_requested(); }
  void start_clock() {
    if (!deadline_) deadline_.emplace(timeout_);
  }
  void woken() {
    emit(hook::Kind::woken, what_.reason != nullptr ? static_cast<std::int64_t>(*what_.reason) : 0);
    blocked_ = false;
  }
  WaitOutcome refuse() {
    emit(what_.time_over, 0);
    blocked_ = false;
    return WaitOutcome::timed_out;
  }
  void emit(hook::Kind kind, std::int64_t argument) const {
    hook::emit(
        kind, {.object = what_.object, .item = what_.item, .argument = argument, .detail = hook::code(what_.resource)});
  }

  What what_;
  bool may_wait_;
  bool stoppable_;
  bool blocked_ = false;  ///< `blocked` was emitted, and not yet the end of the wait
  Nanoseconds timeout_;   ///< max: unlimited
  std::optional<Deadline> deadline_;
};

}  // namespace mp::detail
