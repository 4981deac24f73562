// The gate: where an actor says what it will do next to shared state, and waits until it may. Open (nobody
// controls the run): two loads and a branch, and only when somebody records. Closed: the actor parks.
#pragma once

#include <cstdint>

#include <mp/options.hpp>

#include "trace/hook.hpp"

namespace mp::gate {

/// The event that the operation will write.
struct Next {
  hook::Kind kind;
  hook::EventFields fields = {};
};

inline bool closed() noexcept {
  return hook::on() && hook::session().gate.load(std::memory_order_relaxed) == trace::Gate::closed;
}

/// Whether it may close: then nobody sleeps in the kernel for longer than `shallow`.
inline bool controlled() noexcept { return hook::on() && hook::session_facts().controlled; }
inline constexpr Nanoseconds shallow{20'000'000};

/// The clock of time-outs: the steady clock, but it stands still while the gate is closed, and only the
/// controller moves it on.
Nanoseconds now() noexcept;

/// Tells an actor what its operation would wait for now; nothing: it would not.
class Probe {
 public:
  template <typename Look>
  explicit Probe(Look& look) : look_(&look), call_([](void* it) { return (*static_cast<Look*>(it))(); }) {}
  hook::Resource operator()() const { return call_(look_); }

 private:
  void* look_;
  hook::Resource (*call_)(void*);
};

enum class ParkResult : std::uint8_t { go, time_over, open };

/// Parks until the controller lets the actor go, its time is over, or the gate opens. When the operation
/// would have to wait and that was not yet said (`blocked`), says it.
ParkResult park(Next const& next, Timeout deadline, Probe probe, bool& blocked) noexcept;

/// Parks before an operation that never waits.
void pass(Next const& next) noexcept;

/// The actor's last operation is done: whoever waits for its next one waits in vain.
void leave() noexcept;

}  // namespace mp::gate
