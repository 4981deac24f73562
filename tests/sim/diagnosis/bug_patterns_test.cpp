// The scenarios' bug patterns in programs that are written differently: tests/programs/mistakes.cpp.
#include <string_view>

#include <doctest/doctest.h>

#include "sim/diagnosis/diagnosis.hpp"
#include "tests/sim/support/recorded.hpp"

using namespace tests;
using qs::BugPattern;

namespace {

struct Case {
  char const* program;
  BugPattern mistake;
  bool stuck;
  std::string_view says;  ///< part of the first finding's title
};

constexpr Case cases[] = {
    {"join-before-drain", BugPattern::join_before_drain, true, "before it has read what they put"},
    {"missing-sentinel", BugPattern::nothing_to_get, true,
     "got nullopt from raw and ended without passing it on to cooked"},
    {"task-done-forgotten", BugPattern::task_done_forgotten, true, "task_done was never called for \"bad\""},
    {"task-done-forgotten-unnoticed", BugPattern::task_done_forgotten, false, "task_done was never called for"},
    {"killed-lock-holder", BugPattern::killed_reader, true, "early was killed while it held the read lock of tickets"},
    {"killed-with-work", BugPattern::killed_worker, true, "was killed with \"stone\" in hand"},
    {"unserialisable-task", BugPattern::unserialisable_item, true, "wish 2 could not be turned into bytes"},
    {"unserialisable-item-unnoticed", BugPattern::unserialisable_item, false, "wish 2 could not be turned into bytes"},
    {"opposite-order", BugPattern::opposite_order, true, "each have what the other waits for"},
    {"sentinel-missing-unnoticed", BugPattern::nothing_to_get, false, "too few sentinels: 1 for 2 consumers"},
    {"lost-wake-up", BugPattern::lost_wake_up, true, "sleeper waits to be woken for 1, which is there"},
    {"check-then-act", BugPattern::check_then_act, true, "asked empty(), and somebody else took the item"},
    {"sentinel-overtaken", BugPattern::sentinel_overtaken, false, "1 item was left in lines: 7"},
    {"items-left", BugPattern::items_left_in_queue, false, "1 item was left in words: \"or\""},
};

}  // namespace

TEST_CASE("mistakes: the same bug in a different program has the same diagnosis") {
  for (auto const& expected : cases) {
    CAPTURE(expected.program);
    qs::RunOptions options;
    options.command = {MISTAKES, expected.program};
    if (expected.stuck) options.deadline = std::chrono::milliseconds{1500};
    Recorded const run(options);
    CHECK(run.ending() == (expected.stuck ? RunEnding::deadline : RunEnding::finished));
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
