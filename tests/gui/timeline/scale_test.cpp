#include "gui/timeline/scale.hpp"

#include <doctest/doctest.h>

using namespace qs::gui;

namespace {

TimeScale fitted(std::uint64_t duration) {
  TimeScale scale;
  scale.place(100, 1000);
  scale.fit(duration);
  return scale;
}

}  // namespace

TEST_CASE("converting a time to a position and back gives the same time") {
  TimeScale const scale = fitted(1'000'000);
  for (double const time : {0.0, 1.0, 250'000.0, 1'000'000.0})
    CHECK(scale.time_at(scale.x_of(time)) == doctest::Approx(time).scale(1e6).epsilon(1e-6));
  CHECK(scale.x_of(0) > 100);
  CHECK(scale.x_of(1'000'000) < 1100);
}

TEST_CASE("zooming keeps the time under the cursor in place") {
  TimeScale scale = fitted(1'000'000);
  double const time = scale.time_at(400);
  for (int i = 0; i < 20; ++i) {
    scale.zoom(400, 1.5, 1'000'000);
    CHECK(scale.time_at(400) == doctest::Approx(time).scale(1e6).epsilon(1e-6));
  }
  CHECK(scale.per_pixel() >= 0.5);
}

TEST_CASE("panning and zooming out keep the run in view") {
  TimeScale scale = fitted(1'000'000);
  scale.zoom(500, 10, 1'000'000);
  scale.pan(1e9, 1'000'000);
  CHECK(scale.begin() < 1'000'000);
  scale.pan(-1e9, 1'000'000);
  CHECK(scale.end() > 0);
  scale.zoom(500, 1e-9, 1'000'000);
  CHECK(scale.begin() <= 0);
  CHECK(scale.end() >= 1'000'000);
  CHECK(scale.end() - scale.begin() < 1'100'000);
}

TEST_CASE("revealing a time scrolls only if it is out of view") {
  TimeScale scale = fitted(1'000'000);
  scale.zoom(100, 20, 1'000'000);
  double const begin = scale.begin();
  scale.reveal(begin + 10, 1'000'000);
  CHECK(scale.begin() == begin);
  scale.reveal(900'000, 1'000'000);
  CHECK(scale.begin() < 900'000);
  CHECK(scale.end() > 900'000);
}

TEST_CASE("the ruler shows round times in one unit, far enough apart") {
  CHECK(ruler_label(1'500'000, 500'000) == "1.5 ms");
  CHECK(ruler_label(2'000'000, 1'000'000) == "2 ms");
  CHECK(ruler_label(20'000, 5'000) == "20 \u00b5s");
  CHECK(ruler_label(3'000'000'000, 1'000'000'000) == "3 s");
  for (std::uint64_t const duration : {100ULL, 40'000ULL, 3'000'000ULL, 90'000'000'000ULL}) {
    TimeScale const scale = fitted(duration);
    float last = -1e9F;
    std::string last_label;
    int labels = 0;
    for (auto const& tick : scale.ticks(80)) {
      if (tick.label.empty()) continue;
      CHECK(scale.x_of(tick.time) - last >= 79);
      CHECK(tick.label != last_label);
      last = scale.x_of(tick.time);
      last_label = tick.label;
      ++labels;
    }
    CHECK(labels >= 3);
  }
}
