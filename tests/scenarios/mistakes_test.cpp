// The same mistakes as in the scenarios, in programs that look different: tests/programs/mistakes.cpp.
#include <string_view>

#include <doctest/doctest.h>

#include "sim/diagnosis.hpp"
#include "tests/scenarios/recorded.hpp"

using namespace tests;
using qs::Mistake;

namespace {

struct Case {
  char const* program;
  Mistake mistake;
  bool stuck;
  std::string_view says;  ///< part of the first finding's title
};

constexpr Case cases[] = {
    {"join-before-drain", Mistake::join_before_drain, true, "before it has read what they put"},
    {"missing-sentinel", Mistake::nothing_to_get, true, "nobody is left to put something on cooked"},
    {"task-done-forgotten", Mistake::task_done_forgotten, true, "task_done was never called for \"bad\""},
    {"task-done-forgotten-unnoticed", Mistake::task_done_forgotten, false, "task_done was never called for"},
    {"killed-lock-holder", Mistake::killed_reader, true, "early was killed while it held the read lock of tickets"},
    {"killed-with-work", Mistake::killed_worker, true, "was killed with \"stone\" in hand"},
    {"unserialisable-task", Mistake::unserialisable_item, true, "wish 2 could not be turned into bytes"},
    {"unserialisable-item-unnoticed", Mistake::unserialisable_item, false, "wish 2 could not be turned into bytes"},
    {"opposite-order", Mistake::opposite_order, true, "each have what the other waits for"},
    {"sentinel-missing-unnoticed", Mistake::nothing_to_get, false, "too few sentinels: 1 for 2 consumers"},
    {"lost-wake-up", Mistake::lost_wake_up, true, "sleeper waits to be woken for 1, which is there"},
    {"check-then-act", Mistake::check_then_act, true, "asked empty(), and somebody else took the item"},
    {"sentinel-overtaken", Mistake::sentinel_overtaken, false, "1 item was left in lines: 7"},
    {"items-left", Mistake::items_left_in_queue, false, "1 item was left in words: \"or\""},
};

}  // namespace

TEST_CASE("mistakes: a mistake that is written differently has the same diagnosis") {
  for (auto const& expected : cases) {
    CAPTURE(expected.program);
    qs::RunOptions options;
    options.command = {MISTAKES, expected.program};
    if (expected.stuck) options.deadline = std::chrono::milliseconds{1500};
    Recorded const run(options);
    CHECK(run.ending() == (expected.stuck ? "deadline" : "finished"));
    auto const diagnosis = qs::diagnose(run.trace, run.end);
    INFO(qs::to_text(diagnosis));
    CHECK(diagnosis.stuck == expected.stuck);
    REQUIRE(!diagnosis.findings.empty());
    auto const& first = diagnosis.findings.front();
    CHECK(qs::name(first.mistake) == qs::name(expected.mistake));
    CHECK_MESSAGE(first.title.find(expected.says) != std::string::npos, first.title);
    CHECK(first.victims.empty() == !expected.stuck);
  }
}
