// The task ledger, when processes die while taking a task.
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include <doctest/doctest.h>

#include "hardened/task_ledger.hpp"
#include "tests/queue/hardened/own_segmented_log.hpp"
#include "tests/support/processes.hpp"

using mp::detail::LedgerPage;
using mp::detail::TaskLedger;
using mp::detail::TaskLedgerState;

namespace {

/// A log with one task, and its ledger.
struct Tasks : OwnLog {
  explicit Tasks(bool redeliver) : OwnLog(16), ledger(ledger_state.as<TaskLedgerState>(), log, redeliver, nullptr, 0) {
    put("task");
  }
  TaskLedger::Held take(std::uint32_t page, bool commit = true) {
    auto const first = log.front();
    auto const held = ledger.take(page, first);
    if (!commit) return held;
    log.commit_read(first);
    ledger.taken(held);
    return held;
  }
  /// One process takes and finishes this many tasks, and its page becomes free.
  void wear_page(std::uint32_t tasks) {
    pid_t const child = fork();
    if (child == 0) {
      auto const page = ledger.open_page("worker");
      for (std::uint32_t count = 0; count < tasks; ++count) {
        ledger.finish(take(page));
        put("task");
      }
      _exit(0);
    }
    waitpid(child, nullptr, 0);
    ledger.settle();
  }
  /// A process that dies before its take is committed, or right after it.
  void die_taking(bool committed) {
    pid_t const child = fork();
    if (child == 0) {
      take(ledger.open_page("dead"), false);
      if (committed) log.commit_read(log.front());
      _exit(0);
    }
    waitpid(child, nullptr, 0);
  }

  ZeroedMemory ledger_state{sizeof(TaskLedgerState)};
  TaskLedger ledger;
};

}  // namespace

TEST_CASE("ledger: a process that died before its take was committed never had the task, even if another has it") {
  for (bool const redeliver : {false, true}) {
    Tasks fixture(redeliver);
    auto const page = fixture.ledger.open_page("survivor");
    fixture.die_taking(false);
    fixture.ledger.settle_claims();
    fixture.take(page);
    fixture.ledger.settle();
    CHECK(fixture.ledger.lost() == 0);
    CHECK(fixture.ledger.find_returned().page == TaskLedger::nobody);
    CHECK(fixture.ledger.unfinished() == 1);
  }
}

TEST_CASE("ledger: a process that died before its take was committed never had the task, on a wrapped page") {
  for (bool const redeliver : {false, true}) {
    for (std::uint32_t const worn : {LedgerPage::entries - 1, LedgerPage::entries, 2 * LedgerPage::entries + 3}) {
      CAPTURE(redeliver);
      CAPTURE(worn);
      Tasks fixture(redeliver);
      fixture.wear_page(worn);
      fixture.die_taking(false);
      fixture.ledger.settle();
      CHECK(fixture.ledger.lost() == 0);
      CHECK(fixture.ledger.find_returned().page == TaskLedger::nobody);
      CHECK(fixture.ledger.unfinished() == 1);
    }
  }
}

TEST_CASE("ledger: finishing a task that a full ring has overwritten finishes no other task") {
  Tasks fixture(false);
  tests::run_apart([&] {
    auto const page = fixture.ledger.open_page("hoarder");
    auto const first = fixture.take(page);
    for (std::uint32_t task = 0; task < LedgerPage::entries; ++task) {
      fixture.put("another task");
      fixture.take(page);
    }
    fixture.ledger.finish(first);
  });
  fixture.ledger.settle();
  CHECK(fixture.ledger.lost() == LedgerPage::entries);
  CHECK(fixture.ledger.unfinished() == 0);
}

TEST_CASE("ledger: a task held since before the count of a page wrapped around still belongs to its holder") {
  for (bool const redeliver : {false, true}) {
    CAPTURE(redeliver);
    Tasks fixture(redeliver);
    fixture.wear_page(LedgerPage::entries + 1);
    auto& page = fixture.ledger_state.as<TaskLedgerState>().page[0];
    page.taken.store(0xffffffff);
    page.done.store(0xffffffff);
    tests::run_apart([&] {
      auto const mine = fixture.ledger.open_page("dead");
      fixture.take(mine);
      fixture.put("another task");
      fixture.take(mine);
    });
    CHECK(page.taken.load() == 1);
    fixture.ledger.settle();
    CHECK(fixture.ledger.lost() == (redeliver ? 0 : 2));
    if (!redeliver) continue;
    for (int task = 0; task < 2; ++task) {
      auto const again = fixture.ledger.find_returned();
      REQUIRE(again.page == 0);
      fixture.ledger.take_returned(again, fixture.ledger.open_page("survivor"));
    }
    CHECK(fixture.ledger.find_returned().page == TaskLedger::nobody);
  }
}

TEST_CASE("ledger: a process that died after its take was committed had the task") {
  for (bool const redeliver : {false, true}) {
    Tasks fixture(redeliver);
    fixture.die_taking(true);
    fixture.ledger.settle_claims();
    fixture.ledger.settle();
    CHECK(fixture.ledger.lost() == (redeliver ? 0 : 1));
    CHECK((fixture.ledger.find_returned().page != TaskLedger::nobody) == redeliver);
  }
}
