#include "gate.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>

namespace mp::gate {

using hook::Kind;
using hook::Resource;
using trace::GateSlot;
using trace::Place;
using trace::Word;

namespace {

template <typename Value>
std::uint32_t* address(std::atomic<Value>& word) {
  static_assert(sizeof(word) == sizeof(std::uint32_t) && std::atomic<Value>::is_always_lock_free);
  return reinterpret_cast<std::uint32_t*>(&word);
}

void arrive() noexcept {
  auto& arrivals = hook::session().arrivals;
  arrivals.fetch_add(1);
  syscall(SYS_futex, address(arrivals), FUTEX_WAKE, INT32_MAX, nullptr, nullptr, 0);
}

/// Waits for a word and takes it. A signal's handler may run meanwhile.
Word listen(GateSlot& slot) noexcept {
  for (;;) {
    Word const word = slot.word.exchange(Word::none);
    if (word != Word::none) return word;
    syscall(SYS_futex, address(slot.word), FUTEX_WAIT, static_cast<std::uint32_t>(Word::none), nullptr, nullptr, 0);
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

Turn park(Next const& next, Timeout deadline, Probe probe, bool& blocked) noexcept {
  trace::ActorSlot* const mine = hook::slot();
  if (mine == nullptr) return Turn::go;  // all slots were taken: it runs unobserved
  GateSlot& slot = mine->gate;
  auto const look = [&] {
    Resource const missing = probe();
    if (missing != Resource::nothing && !blocked) {
      blocked = true;
      hook::emit(Kind::blocked, {.object = next.about.object,
                                 .item = next.about.item,
                                 .argument = deadline ? (*deadline - now()).count() : -1,
                                 .detail = hook::code(missing)});
    }
    slot.blocked_on.store(missing);
  };
  slot.kind = next.kind;
  slot.detail = next.about.detail;
  slot.object = next.about.object;
  slot.item = next.about.item;
  slot.argument = next.about.argument;
  slot.location = hook::location();
  slot.deadline = deadline ? deadline->count() : trace::no_deadline;
  if (mine->kind == trace::ActorKind::process) mine->ends_by_sigterm.store(ends_by_sigterm() ? 1 : 0);
  look();
  slot.word.store(Word::none);
  slot.place.store(Place::parked);
  if (!closed()) {  // it has opened meanwhile, and the controller may not have seen this actor parked
    slot.place.store(Place::running);
    return Turn::open;
  }
  arrive();
  for (;;) {
    Word const word = listen(slot);
    if (word == Word::look) {
      look();
      slot.looks.fetch_add(1);
      arrive();
      continue;
    }
    slot.place.store(Place::running);
    switch (word) {
      case Word::time_over: return Turn::time_over;
      case Word::open: return Turn::open;
      default: return Turn::go;
    }
  }
}

void pass(Next const& next) noexcept {
  if (!closed()) [[likely]]
    return;
  auto never = [] { return Resource::nothing; };
  bool blocked = false;
  park(next, {}, Probe(never), blocked);
}

void leave() noexcept {
  if (!hook::on()) return;
  if (trace::ActorSlot* const mine = hook::slot()) {
    mine->gate.place.store(Place::gone);
    arrive();
  }
}

}  // namespace mp::gate
