// Python programs with the mistakes that people make with queues, and correct ones.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sim/diagnosis/diagnosis.hpp"
#include "sim/diagnosis/wait_graph.hpp"
#include "tests/sim/support/recorded.hpp"

using qs::BugPattern;
using qs::Resource;

namespace {

struct Waiter {
  char const* name;
  Resource resource;
};

struct Mistake {
  char const* file;
  std::vector<BugPattern> findings;  ///< all of them have to be found
  std::vector<Waiter> waiters;       ///< who is blocked at the end, among others
};

tests::Recorded record(std::string const& file) {
  qs::RunOptions options;
  options.command = {PYTHON, std::string(PROGRAMS) + "/" + file};
  options.deadline = std::chrono::seconds(3);
  return tests::Recorded(options, tests::Recorded::Killed::anywhere);
}

/// Whether no actor can continue; not so if one repeats for ever what leads nowhere. `either`: it depends on whether
/// such an actor is within its wait at the very end.
enum class Stuck : std::uint8_t { no, yes, either };

void check(Mistake const& mistake, Stuck stuck = Stuck::yes) {
  CAPTURE(mistake.file);
  auto const recorded = record(mistake.file);
  auto const diagnosis = qs::diagnose(recorded.trace, recorded.end);
  CAPTURE(qs::to_text(diagnosis));
  CHECK(recorded.ending() == qs::RunEnding::deadline);
  if (stuck != Stuck::either) CHECK(diagnosis.stuck == (stuck == Stuck::yes));
  for (auto const wanted : mistake.findings) {
    CAPTURE(name(wanted));
    CHECK(std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(),
                      [&](qs::Finding const& finding) { return finding.mistake == wanted; }));
  }
  for (auto const& waiter : mistake.waiters) {
    CAPTURE(waiter.name);
    CHECK(recorded.waits(waiter.name, waiter.resource));
  }
}

void check_correct(char const* file) {
  CAPTURE(file);
  auto const recorded = record(file);
  auto const diagnosis = qs::diagnose(recorded.trace, recorded.end);
  CAPTURE(qs::to_text(diagnosis));
  CHECK(recorded.ending() == qs::RunEnding::finished);
  CHECK(!diagnosis.stuck);
  CHECK(diagnosis.findings.empty());
}

}  // namespace

TEST_CASE("mistakes in Python: the feeder, join and exit") {
  check({"join_first.py", {BugPattern::join_before_drain}, {{"main", Resource::child_exit}}});
  check({"left_at_once.py", {BugPattern::exit_without_flush}, {{"main", Resource::pipe_data}}});
  check({"cannot_pickle.py", {BugPattern::unserialisable_item}, {{"main", Resource::pipe_data}}});
}

TEST_CASE("mistakes in Python: a process died") {
  check({"reader_killed.py",
         {BugPattern::killed_reader},
         {{"main", Resource::child_exit}, {"second", Resource::read_lock}}});
  check({"child_raises.py", {BugPattern::uncaught_exception}, {{"main", Resource::pipe_data}}});
}

TEST_CASE("mistakes in Python: full queues") {
  check({"only_reader_puts.py", {BugPattern::own_queue}, {{"main", Resource::slot}}});
  check({"simple_queue_full.py", {BugPattern::own_queue}, {{"main", Resource::pipe_room}}});
  check({"crossed_pipes.py",
         {BugPattern::circle_of_puts},
         {{"main", Resource::pipe_room}, {"worker", Resource::pipe_room}}});
}

TEST_CASE("mistakes in Python: missing end marks") {
  check({"one_sentinel.py", {BugPattern::nothing_to_get}, {{"main", Resource::child_exit}}});
  check({"both_ways.py",
         {BugPattern::circle_of_waits},
         {{"main", Resource::child_exit}, {"server", Resource::pipe_data}}});
  check({"task_not_done.py",
         {BugPattern::task_done_forgotten},
         {{"main", Resource::barrier}, {"worker", Resource::pipe_data}}});
}

TEST_CASE("mistakes in Python: locks") {
  check({"locks_in_opposite_order.py",
         {BugPattern::opposite_order},
         {{"main", Resource::child_exit}, {"east", Resource::mutex}, {"west", Resource::mutex}}});
  check({"lock_holder_killed.py", {BugPattern::killed_holder}, {{"second", Resource::mutex}}});
  check({"lock_taken_twice.py", {BugPattern::lock_taken_twice}, {{"main", Resource::mutex}}});
  check({"permits_not_released.py", {BugPattern::permits_kept}, {{"fetch-2", Resource::permit}}});
}

TEST_CASE("mistakes in Python: events, conditions and barriers") {
  check({"sleeper_killed.py", {BugPattern::killed_sleeper}, {{"main", Resource::acknowledgement}}});
  check({"event_never_set.py", {BugPattern::uncaught_exception}, {{"server", Resource::flag}}});
  check({"notified_too_early.py", {BugPattern::lost_wake_up}, {{"consumer", Resource::notice}}});
  check({"barrier_party_missing.py",
         {BugPattern::barrier_incomplete},
         {{"step-0", Resource::parties}, {"step-2", Resource::parties}}});
}

TEST_CASE("mistakes in Python: pipes") {
  check({"writer_open_in_reader.py", {BugPattern::pipe_end_kept_open}, {{"main", Resource::pipe_data}}});
  check({"both_ends_send.py",
         {BugPattern::circle_of_puts},
         {{"main", Resource::pipe_room}, {"peer", Resource::pipe_room}}});
}

TEST_CASE("mistakes in Python: pools") {
  // The worker handler, which main waits for, spins for ever: CPython's wait() returns at once for a closed pool.
  check({"callback_raises.py", {BugPattern::thread_failed}, {{"main", Resource::thread_end}}}, Stuck::either);
  check({"result_after_pool.py", {BugPattern::pool_terminated}, {{"main", Resource::result}}});
  check({"initializer_raises.py", {BugPattern::workers_die_at_once}, {{"main", Resource::result}}}, Stuck::no);
  check({"queue_to_pool.py", {BugPattern::unserialisable_item}, {{"main", Resource::pipe_data}}});
  check({"pool_worker_killed.py",
         {BugPattern::abnormal_death},
         {{"main", Resource::result}, {"result handler of pool-1", Resource::pipe_data}}});
}

TEST_CASE("mistakes in Python: inside one process") {
  check({"thread_queue.py", {BugPattern::private_copy}, {{"main", Resource::private_item}}});
  check({"put_within_put.py", {BugPattern::put_within_put}, {{"main", Resource::buffer_lock}}});
}

TEST_CASE("correct Python programs get no finding") {
  check_correct("correct_objects.py");
  check_correct("correct_pool.py");
  check_correct("correct_executor.py");
}
