#include <doctest/doctest.h>

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <set>
#include <stdexcept>

#include "gui/picture/shot.hpp"
#include "gui/window/picture_file.hpp"
#include "tests/gui/sample_trace.hpp"
#include "tests/sim/support/temporary.hpp"

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

TEST_CASE("shot: needs no display and shows the requested step") {
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

TEST_CASE("shot: a step that is not in the trace is refused") {
  qs::testing::Sample const sample;
  CHECK_THROWS_AS(take_shot(sample.trace(), {.step = sample.trace().size()}), std::out_of_range);
}

TEST_CASE("shot: a picture file is written completely or not at all") {
  qs::testing::TemporaryFolder const folder;
  qs::testing::Sample const sample;
  Picture const picture = take_shot(sample.trace(), {.width = 320, .height = 240});
  write_png(picture, folder / "whole.png");
  CHECK(qs::testing::read_file(folder / "whole.png") == png_of(picture));

  // A full disk, and a limit in its place: what was there stays, and nothing is left beside it.
  CHECK_THROWS_AS(write_png(picture, "/dev/full"), qs::OutputError);
  CHECK(std::filesystem::is_character_file("/dev/full"));
  qs::testing::write_file(folder / "kept.png", "as it was");
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  auto const handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit const small{1024, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  CHECK_THROWS_AS(write_png(picture, folder / "kept.png"), qs::OutputError);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK(qs::testing::read_file(folder / "kept.png") == "as it was");
  CHECK_FALSE(std::filesystem::exists(folder / "kept.png.partial"));
}

TEST_CASE("shot: an empty trace gives a picture too") {
  CHECK(take_shot({}, {.width = 320, .height = 240}).width == 320);
}

}  // namespace
