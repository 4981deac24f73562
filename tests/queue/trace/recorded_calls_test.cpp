// What failing calls and concurrent calls record.
#include <doctest/doctest.h>
#include <unistd.h>

#include <stdexcept>
#include <thread>

#include <mp/detail/futex.hpp>
#include <mp/queue.hpp>

#include "tests/queue/trace/own_session.hpp"
#include "tests/support/processes.hpp"
#include "trace/hook.hpp"

using mp::trace::GateCommand;
using mp::trace::GateState;
using mp::trace::Kind;
using mp::trace::Outcome;

namespace {

/// Its copy constructor throws for negative numbers.
struct Fragile {
  Fragile() = default;
  explicit Fragile(int start) : number(start) {}
  Fragile(Fragile const& other) : number(other.number) {
    if (number < 0) throw std::runtime_error("cannot be copied");
  }
  Fragile& operator=(Fragile const&) = default;
  int number = 0;
};
void mp_encode(mp::Encoder& out, Fragile const& value) { out(value.number); }
void mp_decode(mp::Decoder& in, Fragile& value) { in(value.number); }

}  // namespace

TEST_CASE("record: a put whose item cannot be copied releases its slot and records its end") {
  tests::OwnSession const session;
  auto const ended = tests::run_apart([&] {
    mp::hook::record_into(session.view());
    mp::Queue<Fragile> queue{{.maxsize = 1, .mechanism = mp::Mechanism::cpython}};
    Fragile const broken(-1);
    bool thrown = false;
    try {
      queue.put(broken);
    } catch (std::runtime_error const&) {
      thrown = true;
    }
    tests::must(thrown);
    tests::must(queue.qsize() == 0);
    Fragile const sound(5);
    queue.put_nowait(sound);
    tests::must(queue.get().number == 5);
  });
  CHECK(ended.code == 0);
  CHECK(ended.err == "");
  auto const ends = session.events(Kind::put_end);
  REQUIRE(ends.size() == 2);
  CHECK(ends[0].outcome() == Outcome::error);
  CHECK(ends[1].outcome() == Outcome::ok);
}

TEST_CASE("record: concurrent task_done calls name different items") {
  tests::OwnSession const session;
  auto const ended = tests::run_apart([&] {
    mp::hook::record_into(session.view());
    mp::JoinableQueue<int> queue{{.mechanism = mp::Mechanism::cpython}};
    for (int item : {1, 2}) queue.put(item);
    for (int times = 0; times < 2; ++times) static_cast<void>(queue.get());
    session.header().gate = mp::trace::Gate::closed;
    std::thread first([&] { queue.task_done(); }), second([&] { queue.task_done(); });
    auto const parked = [&](std::uint32_t actor) {
      auto const& slot = session.view().actor(actor);
      return slot.gate.state == GateState::parked && slot.kind == mp::trace::ActorKind::thread;
    };
    auto const count = [&] {
      int found = 0;
      for (std::uint32_t actor = 0; actor < session.header().actor_count; ++actor) found += parked(actor);
      return found;
    };
    tests::wait_until([&] { return count() == 2; });  // both are about to take the lock of the condition
    session.header().gate = mp::trace::Gate::open;
    for (std::uint32_t actor = 0; actor < session.header().actor_count; ++actor) {
      auto& command = session.view().actor(actor).gate.command;
      command = GateCommand::open;
      mp::detail::futex_wake(command);
    }
    first.join();
    second.join();
    queue.join();
  });
  CHECK(ended.code == 0);
  auto const ends = session.events(Kind::task_done_end);
  REQUIRE(ends.size() == 2);
  CHECK(ends[0].item());
  CHECK(ends[1].item());
  CHECK(ends[0].item() != ends[1].item());
}
