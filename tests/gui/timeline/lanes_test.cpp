#include "gui/timeline/lanes.hpp"

#include <doctest/doctest.h>

#include "gui/timeline/layout.hpp"
#include "tests/sim/support/story.hpp"

using namespace qs;
using namespace qs::gui;
using qs::testing::Story;

namespace {

Lanes lanes_of(Story const& story) {
  Lanes lanes;
  lanes.update(story.trace());
  return lanes;
}

std::uint64_t now(Story const& story) { return story.trace().events.back().time; }

/// Another state every microsecond.
Lane busy_lane(std::uint64_t spans) {
  Lane lane;
  for (std::uint64_t i = 0; i < spans; ++i)
    lane.spans.push_back({i * 1000, i % 4 == 3   ? LaneState::running
                                    : i % 2 == 0 ? LaneState::waits_lock
                                                 : LaneState::waits_pipe});
  return lane;
}

}  // namespace

TEST_CASE("a lane shows the state after its actor's last event") {
  Story story;
  auto const main = story.process("main"), jobs = story.queue(main, "jobs"), taker = story.process("taker", main);
  auto const started = now(story);
  story.begin_get(taker, jobs);
  story.blocked(taker, Resource::pipe_data, jobs);
  auto const blocked = now(story);
  story.pass(500'000);
  story.woken(taker, Resource::pipe_data, jobs);
  auto const woken = now(story);
  story.kill(main, taker);
  Lanes const lanes = lanes_of(story);
  CHECK(lanes.doing_at(taker, 0) == LaneState::nothing);
  CHECK(lanes.doing_at(taker, started) == LaneState::running);
  CHECK(lanes.doing_at(taker, blocked) == LaneState::waits_pipe);
  CHECK(lanes.doing_at(taker, woken - 1) == LaneState::waits_pipe);
  CHECK(lanes.doing_at(taker, woken) == LaneState::running);
  CHECK(lanes.doing_at(taker, now(story)) == LaneState::nothing);
  REQUIRE(lanes.all()[taker].moments.size() == 1);
  CHECK(lanes.all()[taker].moments[0].mark == LaneMark::killed);
}

TEST_CASE("feeders follow their process, and sentinels are marked at put and get") {
  Story story;
  auto const main = story.process("main"), jobs = story.queue(main, "jobs"), taker = story.process("taker", main);
  auto const item = story.put(main, jobs, "None");
  auto const feeder = story.feeder(main, jobs);
  story.feed(feeder, jobs, item);
  story.get(taker, jobs, item);
  Lanes const lanes = lanes_of(story);
  CHECK(lanes.order() == std::vector<ActorIndex>{main, feeder, taker});
  CHECK(lanes.all()[feeder].indented);
  REQUIRE(lanes.all()[main].moments.size() == 1);
  CHECK(lanes.all()[main].moments[0].mark == LaneMark::sentinel_put);
  REQUIRE(lanes.all()[taker].moments.size() == 1);
  CHECK(lanes.all()[taker].moments[0].mark == LaneMark::sentinel_got);
}

TEST_CASE("lanes updated while the trace grows equal lanes of the whole trace") {
  Story story;
  Lanes growing;
  auto const main = story.process("main"), jobs = story.queue(main, "jobs");
  for (int i = 0; i < 10; ++i) {
    auto const child = story.process("consumer", main);
    growing.update(story.trace());
    story.starve(child, jobs);
    growing.update(story.trace());
    CHECK_FALSE(growing.update(story.trace()));
  }
  Lanes const whole = lanes_of(story);
  REQUIRE(growing.all().size() == whole.all().size());
  for (std::size_t i = 0; i < whole.all().size(); ++i)
    CHECK(growing.all()[i].spans.size() == whole.all()[i].spans.size());
  CHECK(growing.order() == whole.order());
}

TEST_CASE("long spans are exact, short ones are merged, and the width bounds their number") {
  Lane const lane = busy_lane(1'000'000);
  std::uint64_t const end = 1'000'000'000;
  TimeScale scale;
  scale.place(0, 900);
  scale.fit(end);
  auto const all = visible_spans(lane, scale, end);
  CHECK(all.size() <= 900 / 3 + 2);
  CHECK(all.size() > 0);
  float last = 0;
  for (auto const& span : all) {
    CHECK(span.left >= last - 0.01F);
    CHECK(span.right >= span.left);
    last = span.right;
  }
  CHECK(all.front().left == doctest::Approx(scale.x_of(0)).epsilon(0.01));
  CHECK(all.back().right == doctest::Approx(scale.x_of(1e9)).epsilon(0.01));

  scale.zoom(450, 1e5, end);
  auto const few = visible_spans(lane, scale, end);
  REQUIRE(few.size() >= 3);
  for (std::size_t i = 1; i + 1 < few.size(); ++i) {
    CHECK_FALSE(few[i].merged);
    CHECK(few[i].right - few[i].left == doctest::Approx(1000 / scale.per_pixel()).epsilon(0.02));
  }
}

TEST_CASE("the bars of a hung run extend to the time at which it was stopped") {
  Story story;
  auto const main = story.process("main"), jobs = story.queue(main, "jobs"), taker = story.process("taker", main);
  story.end(story.process("gone", main));
  story.begin_get(taker, jobs);
  story.blocked(taker, Resource::pipe_data, jobs);
  std::uint64_t const last = now(story), stopped = last + 2'000'000'000;
  story.trace().run.ending = RunEnding::deadline;
  Lanes lanes = lanes_of(story);
  CHECK(lanes.end() == last);  // its duration is not known
  CHECK_FALSE(standstill(story.trace()));

  story.trace().run.duration = stopped;
  CHECK_FALSE(lanes.update(story.trace()));  // the end of a run need not come with an event
  CHECK(lanes.end() == stopped);
  CHECK(lanes.last_event() == last);
  auto const still = standstill(story.trace());
  REQUIRE(still);
  CHECK(still->from == last);
  CHECK(still->to == stopped);

  TimeScale scale;
  scale.place(100, 1000);
  scale.fit(lanes.end());
  CHECK(scale.x_of(static_cast<double>(stopped)) < 1100);
  auto const span = standstill_span(lanes.all()[taker], scale, *still);
  REQUIRE(span);
  CHECK(span->doing == LaneState::waits_pipe);
  CHECK(span->left == doctest::Approx(scale.x_of(static_cast<double>(last))));
  CHECK(span->right == doctest::Approx(scale.x_of(static_cast<double>(stopped))));
  auto const before = visible_spans(lanes.all()[taker], scale, lanes.last_event());
  for (auto const& drawn : before) CHECK(drawn.right <= span->left + 0.01F);
  CHECK_FALSE(standstill_span(lanes.all()[2], scale, *still));  // it has ended

  scale.zoom(scale.x_of(0), 1e5, lanes.end());  // the standstill is out of sight but for its beginning
  auto const part = standstill_span(lanes.all()[taker], scale, *still);
  if (part) CHECK(part->right <= scale.right());
  scale.zoom(scale.x_of(0), 1e5, lanes.end());
  CHECK_FALSE(standstill_span(lanes.all()[taker], scale, *still));
}

TEST_CASE("a run that ended by itself has no standstill") {
  Story story;
  story.end(story.process("main"));
  story.trace().run.ending = RunEnding::finished;
  story.trace().run.duration = now(story) + 5'000'000;
  CHECK_FALSE(standstill(story.trace()));
  CHECK(lanes_of(story).end() == now(story));
}

TEST_CASE("lanes share the height, shrink, and then scroll") {
  TimelineLayout const few = layout_timeline(5, {1000, 300}, 8, 12, 150, 0);
  CHECK(few.most_scroll() == 0);
  CHECK(few.name_height == few.lane_height);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(few.lanes.inset(-0.01F).contains(few.lane(i)));
    CHECK(few.lane_at(few.lane(i).centre().y) == i);
  }
  TimelineLayout const many = layout_timeline(400, {1000, 300}, 8, 12, 150, 1e9F);
  CHECK(many.most_scroll() > 0);
  CHECK(many.scroll == many.most_scroll());
  CHECK(many.lane(399).bottom == doctest::Approx(many.lanes.bottom));
  auto const [first, last] = many.visible();
  CHECK(last == 400);
  CHECK(first > 300);
  for (auto const& rect : {many.ruler, many.names, many.lanes, many.legend}) CHECK(many.area.contains(rect));
  CHECK_FALSE(many.ruler.overlaps(many.lanes));
  CHECK_FALSE(many.names.overlaps(many.lanes));
  CHECK_FALSE(many.legend.overlaps(many.lanes));
}
