#include "gui/timeline/axis.hpp"

#include <doctest/doctest.h>

#include "gui/timeline/lanes.hpp"
#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::gui;

namespace {

/// Three choices: of 2 events, of 1 event after a minute of thinking, and of 3 events.
testing::Story held_run() {
  testing::Story story;
  auto const main = story.process("main");
  story.trace().decisions.push_back({1, {Choice::What::go, main}, {}});
  auto const jobs = story.queue(main, "jobs");
  story.call(main, Kind::put_begin, jobs);
  story.pass(60'000'000'000);
  story.trace().decisions.push_back({3, {Choice::What::go, main}, {}});
  story.acquired(main, Resource::slot, jobs);
  story.trace().decisions.push_back({4, {Choice::What::go, main}, {}});
  for (int i = 0; i < 3; ++i) story.call(main, Kind::put_end, jobs);
  return story;
}

}  // namespace

TEST_CASE("a run under control has one column for each choice, regardless of wall time") {
  auto const story = held_run();
  Trace const& trace = story.trace();
  CHECK(usual_axis(trace) == AxisKind::even);
  Axis const axis(AxisKind::even);
  CHECK(axis.at(trace, 0) == 0);
  CHECK(axis.at(trace, 1) == Axis::column);
  CHECK(axis.at(trace, 3) == 2 * Axis::column);
  CHECK(axis.at(trace, 4) == 3 * Axis::column);
  CHECK(axis.at(trace, no_step) == 0);
  for (Step step = 1; step < trace.size(); ++step) CHECK(axis.at(trace, step) > axis.at(trace, step - 1));
  for (Step step = 0; step < trace.size(); ++step)
    CHECK(axis.step_at(trace, static_cast<double>(axis.at(trace, step))) == step);
  CHECK(axis.step_at(trace, -5) == 0);
  CHECK(axis.step_at(trace, 1e18) == trace.size() - 1);
  Lanes lanes;
  lanes.update(trace, AxisKind::even);
  CHECK(lanes.end() < 4 * Axis::column);
  CHECK(lanes.update(trace, AxisKind::wall));  // the other axis
  CHECK(lanes.end() > 60'000'000'000);
}

TEST_CASE("a free run is drawn by wall time; on the even axis each event has a column") {
  testing::Story story;
  auto const main = story.process("main");
  story.queue(main, "jobs");
  CHECK(usual_axis(story.trace()) == AxisKind::wall);
  CHECK(Axis(AxisKind::wall).at(story.trace(), 1) == story.trace().at(1).time);
  CHECK(Axis(AxisKind::even).at(story.trace(), 1) == Axis::column);
}

TEST_CASE("a hang is drawn on an even axis too") {
  auto story = held_run();
  story.trace().run.ending = RunEnding::deadlock;
  Axis const axis(AxisKind::even);
  auto const still = standstill(story.trace(), axis);
  REQUIRE(still);
  CHECK(still->to >= still->from + 2 * Axis::column);
}
