// The gate: an actor publishes its next operation on shared state here, and waits until the controller lets it proceed.
// An open gate (the run is not controlled) costs two loads and a branch, and only while recording.
#pragma once

#include <cstdint>

#include <mp/options.hpp>

#include "trace/hook.hpp"

namespace mp::gate {

/// The event that the operation will emit.
struct Next {
  hook::Kind kind;
  hook::EventFields fields = {};
};

inline bool closed() noexcept {
  return hook::on() && hook::session().gate.load(std::memory_order_relaxed) == trace::Gate::closed;
}

/// Whether the gate may close: then no sleep in the kernel is longer than `max_sleep`.
inline bool controlled() noexcept { return hook::on() && hook::session_facts().controlled; }
inline constexpr Nanoseconds max_sleep{20'000'000};

/// The clock of time-outs: the steady clock, except that only the controller advances it while the gate is closed.
Nanoseconds now() noexcept;

/// A reference to a callable that returns what an operation would wait for now; Resource::nothing if it would not wait.
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

/// Parks until the controller lets the actor proceed, declares its time-out over, or opens the gate. Emits `blocked` if
/// the operation would have to wait and `blocked` is not set yet.
[[nodiscard]] ParkResult park(Next const& next, Timeout deadline, Probe probe, bool& blocked) noexcept;

/// Parks before an operation that never waits.
void pass(Next const& next) noexcept;

/// The actor's last operation is done: the controller must not wait for another one.
void leave() noexcept;

}  // namespace mp::gate
