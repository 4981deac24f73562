// The one way to block. An operation on shared state that may have to wait first takes its turn at the gate,
// then is tried, and only if that fails waits: it is said, then slept, then said how it ended. So no wait
// disappears into the kernel unseen, and whoever decides who may go on has one place to do it.
#pragma once

#include <algorithm>
#include <utility>

#include <mp/options.hpp>

#include "trace/gate.hpp"
#include "trace/hook.hpp"
#include "waiting/deadline.hpp"

namespace mp::detail {

/// How a wait ended: it got what it waited for; it may not wait any longer; the gate has closed, and the
/// operation takes its turn there.
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
    hook::Kind kind;  ///< of the event that will say that it is done
    hook::Resource resource;
    std::uint16_t object = trace::no_object;
    hook::ItemId item = {};
    hook::Kind success = hook::Kind::woken;  ///< says that a wait ended well; `acquired` also that none was needed
    hook::Kind time_over = hook::Kind::refused;
  };

  explicit BlockingOperation(What const& what, Block block = Block::yes, Timeout timeout = {})
      : what_(what), may_wait_(block == Block::yes && (!timeout || timeout->count() > 0)), timeout_(timeout) {}

  /// The turn at the gate. `probe()` returns what the operation would wait for now, or Resource::nothing.
  /// False: refused, because its time is over.
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

  /// It was tried in vain. `sleep(timeout)` waits in the kernel and returns whether it got what it waited
  /// for, or should be tried again.
  template <typename Sleep>
  WaitOutcome wait(Sleep&& sleep) {
    if (!may_wait_) return refuse();
    start_clock();
    if (!blocked_ && !gate::closed()) {
      blocked_ = true;
      say(hook::Kind::blocked, timeout_ ? timeout_->count() : -1);
    }
    for (;;) {
      if (gate::closed()) return WaitOutcome::interrupted;
      Timeout left = deadline_->left();
      bool const last = !gate::controlled() || (left && *left <= gate::shallow);
      if (sleep(last ? left : Timeout(gate::shallow))) {
        if (what_.success == hook::Kind::woken) woken();
        return WaitOutcome::got;
      }
      if (last && left) return refuse();
    }
  }

  /// It is done, and this says so. True.
  bool done() {
    say(what_.success, 0);
    blocked_ = false;
    return true;
  }

 private:
  template <typename Look>
  bool gated(Look&& look) {
    start_clock();
    auto probe = [&] { return may_wait_ ? look() : hook::Resource::nothing; };
    gate::Next const next{what_.kind,
                          {.object = what_.object, .item = what_.item, .detail = hook::code(what_.resource)}};
    auto const turn = gate::park(next, may_wait_ ? deadline_->at() : Timeout(), gate::Probe(probe), blocked_);
    if (turn == gate::ParkResult::time_over) {
      say(what_.time_over, 0);
      blocked_ = false;
      return false;
    }
    bool const goes_on = turn == gate::ParkResult::go || probe() == hook::Resource::nothing;
    if (blocked_ && goes_on && what_.success == hook::Kind::woken) woken();
    return true;
  }

  void start_clock() {
    if (!deadline_) deadline_.emplace(timeout_);
  }
  void woken() {
    say(hook::Kind::woken, 0);
    blocked_ = false;
  }
  WaitOutcome refuse() {
    say(what_.time_over, 0);
    blocked_ = false;
    return WaitOutcome::timed_out;
  }
  void say(hook::Kind kind, std::int64_t argument) const {
    hook::emit(
        kind, {.object = what_.object, .item = what_.item, .argument = argument, .detail = hook::code(what_.resource)});
  }

  What what_;
  bool may_wait_;
  bool blocked_ = false;  ///< it was said that it waits, and not yet how that ended
  Timeout timeout_;
  std::optional<Deadline> deadline_;
};

}  // namespace mp::detail
