#include <doctest/doctest.h>

#include "gui/state/playback.hpp"
#include "tests/gui/sample_trace.hpp"

namespace {

using qs::no_step;
using qs::Step;
using qs::gui::Playback;
using Mode = Playback::Mode;

struct PlaybackFixture {
  qs::testing::Sample sample;
  qs::Trace const& trace = sample.trace();
  Playback playback;
  PlaybackFixture() { playback.reset(trace, false); }
};

TEST_CASE_FIXTURE(PlaybackFixture, "playback: starts before the first step") {
  CHECK(playback.step() == no_step);
  CHECK(playback.mode() == Mode::paused);
  playback.step_by(1);
  CHECK(playback.step() == 0);
  playback.step_by(-1);
  CHECK(playback.step() == no_step);
  playback.step_by(-1);
  CHECK(playback.step() == no_step);
}

TEST_CASE_FIXTURE(PlaybackFixture, "playback: stepping ends at the last step") {
  playback.go_to(no_step - 1);
  CHECK(playback.step() == trace.size() - 1);
  playback.step_by(5);
  CHECK(playback.step() == trace.size() - 1);
}

TEST_CASE_FIXTURE(PlaybackFixture, "playback: a single step is animated, a jump is not") {
  playback.step_by(1);
  CHECK(playback.motion() == 0);
  playback.advance(Playback::longest_motion / 2);
  CHECK(playback.motion() == doctest::Approx(0.5));
  playback.advance(1);
  CHECK(playback.motion() == 1);
  playback.go_to(8);
  CHECK(playback.motion() == 1);
}

TEST_CASE_FIXTURE(PlaybackFixture, "playback: follows the recorded times at the chosen speed") {
  playback.speed(1e-4);  // the first events are 1 us apart: 10 ms each
  playback.play();
  playback.advance(0.001);
  CHECK(playback.step() == 0);
  playback.advance(0.0105);
  CHECK(playback.step() == 1);
  playback.advance(0.030);
  CHECK(playback.step() == 4);
}

TEST_CASE_FIXTURE(PlaybackFixture, "playback: at low speed each movement of an item is shown, however fast it was") {
  Step put = 0;
  while (trace.at(put).kind != qs::Kind::put_begin) ++put;
  playback.go_to(put - 1);
  playback.speed(1e-3);  // the events are 1 us apart: 1 ms each
  CHECK(playback.least_motion() == doctest::Approx(Playback::longest_motion));
  playback.play();
  playback.advance(0.002);
  CHECK(playback.step() == put);
  playback.advance(0.39);
  CHECK(playback.step() == put);
  CHECK(playback.motion() > 0.9);
  playback.advance(0.1);
  CHECK(playback.step() > put);
  playback.speed(1);
  CHECK(playback.least_motion() < 0.01);
}

TEST_CASE_FIXTURE(PlaybackFixture, "playback: gliding over several steps shows one movement after another") {
  Step put = 0;
  while (trace.at(put).kind != qs::Kind::put_begin) ++put;
  Step end = put;
  while (trace.at(end).kind != qs::Kind::put_end) ++end;
  playback.go_to(put - 1);
  playback.glide_to(end);
  CHECK(playback.target() == end);
  playback.advance(0.01);
  CHECK(playback.step() == put);  // into the hand
  CHECK(playback.motion() < 1);
  playback.advance(0.2);
  CHECK(trace.at(playback.step()).kind == qs::Kind::buffer_append);  // from the hand into the buffer
  CHECK(playback.step() < end);
  playback.advance(0.4);
  CHECK(playback.step() == end);
  CHECK_FALSE(playback.moving());
  playback.glide_to(put);
  CHECK(playback.step() == put);
  CHECK_FALSE(playback.moving());
}

TEST_CASE_FIXTURE(PlaybackFixture,
                  "playback: a long time without events is shortened to a second, and shown as skipped") {
  Step quiet = 0;
  while (trace.at(quiet + 1).time - trace.at(quiet).time < 1'000'000'000) ++quiet;
  playback.go_to(quiet);
  playback.speed(0.1);  // 5 s would be 50 s
  playback.play();
  playback.advance(0.5);
  CHECK(playback.step() == quiet);
  CHECK(playback.shortened() > 4'900'000'000);
  CHECK(playback.time() > trace.at(quiet).time + 2'000'000'000);
  playback.advance(0.6);
  CHECK(playback.step() > quiet);
}

TEST_CASE_FIXTURE(PlaybackFixture, "playback: stops at the end, and starts over from there") {
  playback.play();
  for (int i = 0; i < 100 && playback.mode() == Mode::playing; ++i) playback.advance(1);
  CHECK(playback.mode() == Mode::paused);
  CHECK(playback.step() == trace.size() - 1);
  playback.play();
  playback.advance(0);
  CHECK(playback.step() == 0);
}

TEST_CASE_FIXTURE(PlaybackFixture, "playback: the speed is clamped") {
  playback.speed(0);
  CHECK(playback.speed() == Playback::slowest);
  playback.speed(1000);
  CHECK(playback.speed() == Playback::fastest);
}

TEST_CASE("playback: a live run is followed until a step is selected") {
  qs::testing::Story story;
  Playback playback;
  playback.reset(story.trace(), true);
  CHECK(playback.mode() == Mode::following);
  auto const main = story.process("main");
  CHECK(playback.advance(0.01));
  CHECK(playback.step() == story.trace().size() - 1);
  story.queue(main, "jobs");
  playback.go_to(0);
  playback.advance(0.01);
  CHECK(playback.step() == 0);
  CHECK(playback.mode() == Mode::paused);
  playback.follow();
  CHECK(playback.step() == story.trace().size() - 1);
  CHECK(playback.mode() == Mode::following);
  playback.run_ended();
  CHECK(playback.mode() == Mode::paused);
}

TEST_CASE("playback: every command works on an empty trace") {
  qs::Trace const trace;
  Playback playback;
  playback.reset(trace, false);
  playback.play();
  playback.step_by(1);
  playback.follow();
  playback.go_to(3);
  CHECK_FALSE(playback.advance(1));
  CHECK(playback.step() == no_step);
}

}  // namespace
