#include <doctest/doctest.h>

#include "gui/state/jumps.hpp"
#include "tests/gui/sample_trace.hpp"

namespace {

using namespace qs;
using namespace qs::gui;

struct Fixture {
  testing::Sample sample;
  Trace const& trace = sample.trace();
  ItemIndex items{trace};

  std::optional<Step> find(Step from, Direction direction, Landmark landmark) {
    return find_landmark(trace, items, from, direction, landmark);
  }
};

TEST_CASE_FIXTURE(Fixture, "jumps: blocked events are found in both directions") {
  auto const first = find(no_step, Direction::forward, Landmark::block);
  REQUIRE(first.has_value());
  CHECK(trace.at(*first).kind == Kind::blocked);
  CHECK(trace.at(*first).actor == sample.consumer);
  auto const second = find(*first, Direction::forward, Landmark::block);
  REQUIRE(second.has_value());
  CHECK(trace.at(*second).actor == sample.main);
  CHECK(find(*second, Direction::back, Landmark::block) == first);
  CHECK_FALSE(find(*second, Direction::forward, Landmark::block).has_value());
  CHECK_FALSE(find(*first, Direction::back, Landmark::block).has_value());
  CHECK_FALSE(find(no_step, Direction::back, Landmark::block).has_value());
}

TEST_CASE_FIXTURE(Fixture, "jumps: a lock acquired without waiting is not a wake-up") {
  auto const wake = find(no_step, Direction::forward, Landmark::wake);
  REQUIRE(wake.has_value());
  CHECK(trace.at(*wake).kind == Kind::woken);
  CHECK(trace.at(*wake).actor == sample.consumer);
}

TEST_CASE("jumps: sleeping does not count as blocked") {
  testing::Story story;
  auto const main = story.process("main");
  story.blocked(main, Resource::deadline, mp::trace::no_object, {}, 1000);
  story.woken(main, Resource::deadline, mp::trace::no_object);
  ItemIndex const items(story.trace());
  for (auto landmark : {Landmark::block, Landmark::wake}) {
    CHECK_FALSE(find_landmark(story.trace(), items, no_step, Direction::forward, landmark).has_value());
  }
}

TEST_CASE_FIXTURE(Fixture, "jumps: a sentinel is found at its put and its get") {
  auto const put = find(no_step, Direction::forward, Landmark::sentinel);
  REQUIRE(put.has_value());
  CHECK(trace.at(*put).kind == Kind::put_begin);
  CHECK(trace.at(*put).item() == sample.sentinel);
  auto const got = find(*put, Direction::forward, Landmark::sentinel);
  REQUIRE(got.has_value());
  CHECK(trace.at(*got).kind == Kind::get_end);
  CHECK(trace.at(*got).actor == sample.consumer);
}

}  // namespace
