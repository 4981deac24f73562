#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <stdexcept>

#include "gui/app/shot.hpp"
#include "tests/gui/sample_trace.hpp"

namespace {

using namespace qs::gui;

std::size_t colours(Picture const& picture) {
  std::set<std::uint32_t> seen;
  for (std::size_t i = 0; i + 3 < picture.bytes.size(); i += 4) {
    std::uint32_t pixel = 0;
    std::memcpy(&pixel, picture.bytes.data() + i, sizeof pixel);
    seen.insert(pixel);
  }
  return seen.size();
}

TEST_CASE("A shot needs no display and shows the step that was asked for") {
  qs::testing::Sample const sample;
  Shot shot{.step = 8, .width = 640, .height = 480};
  Picture const early = take_shot(sample.trace(), shot);
  CHECK(early.width == 640);
  CHECK(early.height == 480);
  CHECK(colours(early) > 50);
  CHECK(take_shot(sample.trace(), shot).bytes == early.bytes);
  shot.step = qs::no_step;
  CHECK(take_shot(sample.trace(), shot).bytes != early.bytes);
  shot.mode = Theme::Mode::light;
  Picture const light = take_shot(sample.trace(), shot);
  CHECK(std::count_if(light.bytes.begin(), light.bytes.end(), [](unsigned char b) { return b > 200; }) >
        static_cast<std::ptrdiff_t>(light.bytes.size() / 2));
}

TEST_CASE("A step that the trace has not is refused") {
  qs::testing::Sample const sample;
  CHECK_THROWS_AS(take_shot(sample.trace(), {.step = sample.trace().size()}), std::out_of_range);
}

TEST_CASE("An empty trace gives a picture too") { CHECK(take_shot({}, {.width = 320, .height = 240}).width == 320); }

}  // namespace
