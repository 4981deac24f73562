#include "trace/gate.hpp"

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <ctime>

#include <mp/detail/futex.hpp>

#include "trace/recorder_watch.hpp"

namespace mp::gate {

using hook::Kind;
using hook::Resource;
using trace::GateCommand;
using trace::GateSlot;
using trace::GateState;

namespace {

void arrive() noexcept {
  auto& arrivals = hook::session().arrivals;
  arrivals.fetch_add(1);
  detail::futex_wake(arrivals);
}

/// Waits for a command and takes it. Signal handlers may run meanwhile. Ends the process if the controller has died.
GateCommand await_command(GateSlot& slot) noexcept {
  for (;;) {
    GateCommand const command = slot.command.exchange(GateCommand::none);
    if (command != GateCommand::none) return command;
    timespec const second{1, 0};
    detail::futex_wait(slot.command, GateCommand::none, &second);
    if (slot.command.load() == GateCommand::none) hook::exit_if_recorder_died();
  }
}

bool ends_by_sigterm() noexcept {
  struct sigaction action {};
  sigset_t blocked;
  sigaction(SIGTERM, nullptr, &action);
  pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  return action.sa_handler == SIG_DFL && sigismember(&blocked, SIGTERM) == 0;
}

}  // namespace

Nanoseconds now() noexcept {
  if (closed()) return Nanoseconds(hook::session().frozen.load());
  auto const steady = std::chrono::steady_clock::now().time_since_epoch();
  return steady + Nanoseconds(hook::on() ? hook::session().offset.load() : 0);
}

ParkResult park(Next const& next, Timeout deadline, Probe probe, bool& blocked) noexcept {
  trace::ActorSlot* const mine = hook::slot();
  if (mine == nullptr) return ParkResult::go;  // all slots were taken: this actor is not recorded
  GateSlot& slot = mine->gate;
  auto const look = [&] {
    Resource const missing = probe();
    if (missing != Resource::nothing && !blocked) {
      blocked = true;
      hook::emit(Kind::blocked, {.object = next.fields.object,
                                 .item = next.fields.item,
                                 .argument = deadline ? (*deadline - now()).count() : -1,
                                 .detail = hook::code(missing)});
    }
    slot.blocked_on.store(missing);
  };
  slot.kind = next.kind;
  slot.detail = next.fields.detail;
  slot.object = next.fields.object;
  slot.item = next.fields.item;
  slot.argument = next.fields.argument;
  slot.location = hook::location();
  slot.deadline = deadline ? deadline->count() : trace::no_deadline;
  if (mine->kind == trace::ActorKind::process) mine->ends_by_sigterm.store(ends_by_sigterm() ? 1 : 0);
  look();
  slot.command.store(GateCommand::none);
  slot.state.store(GateState::parked);
  if (!closed()) {  // opened meanwhile; the controller may not have seen this actor parked
    slot.state.store(GateState::running);
    return ParkResult::open;
  }
  arrive();
  for (;;) {
    GateCommand const command = await_command(slot);
    if (command == GateCommand::look) {
      look();
      slot.looks.fetch_add(1);
      arrive();
      continue;
    }
    slot.state.store(GateState::running);
    switch (command) {
      case GateCommand::time_over: return ParkResult::time_over;
      case GateCommand::open: return ParkResult::open;
      default: return ParkResult::go;
    }
  }
}

void pass(Next const& next) noexcept {
  if (!closed()) [[likely]]
    return;
  auto never = [] { return Resource::nothing; };
  bool blocked = false;
  (void)park(next, {}, Probe(never), blocked);
}

void leave() noexcept {
  if (!hook::on()) return;
  if (trace::ActorSlot* const mine = hook::slot()) {
    mine->gate.state.store(GateState::gone);
    arrive();
  }
}

}  // namespace mp::gate
