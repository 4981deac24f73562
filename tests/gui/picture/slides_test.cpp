#include "gui/picture/slides.hpp"

#include <doctest/doctest.h>
#include <gif_lib.h>

#include <cstdlib>
#include <filesystem>
#include <regex>

#include "sim/export/output_file.hpp"
#include "tests/gui/sample_trace.hpp"
#include "tests/sim/support/temporary.hpp"

using namespace qs;
using namespace qs::gui;
using qs::testing::read_file;
using qs::testing::TemporaryFolder;

namespace {

Trace sample_trace() { return qs::testing::Sample().trace(); }

Slides slides_to(std::filesystem::path const& file, SlideFormat format) {
  Slides slides;
  slides.format = format;
  slides.output = file;
  slides.look.width = 640;
  slides.look.height = 360;
  slides.seconds = 0.5;
  return slides;
}

}  // namespace

TEST_CASE("slides: a GIF shows each step for its time, and ends as a picture of the last step") {
  TemporaryFolder folder;
  ShownTrace shown(sample_trace());
  Slides slides = slides_to(folder / "a.gif", SlideFormat::gif);
  slides.to = 5;
  write_slides(shown, slides);
  int error = 0;
  GifFileType* const gif = DGifOpenFileName((folder / "a.gif").c_str(), &error);
  REQUIRE(gif);
  REQUIRE(DGifSlurp(gif) == GIF_OK);
  CHECK(gif->SWidth == 640);
  CHECK(gif->SHeight == 360);
  int hundredths = 0;
  std::vector<unsigned char> screen(640 * 360 * 3);
  for (int i = 0; i < gif->ImageCount; ++i) {
    GraphicsControlBlock control;
    REQUIRE(DGifSavedExtensionToGCB(gif, i, &control) == GIF_OK);
    hundredths += control.DelayTime;
    SavedImage const& image = gif->SavedImages[i];
    for (int y = 0; y < image.ImageDesc.Height; ++y) {
      for (int x = 0; x < image.ImageDesc.Width; ++x) {
        GifColorType const colour = image.ImageDesc.ColorMap->Colors[image.RasterBits[y * image.ImageDesc.Width + x]];
        auto const at = static_cast<std::size_t>((image.ImageDesc.Top + y) * 640 + image.ImageDesc.Left + x) * 3;
        screen[at] = colour.Red;
        screen[at + 1] = colour.Green;
        screen[at + 2] = colour.Blue;
      }
    }
  }
  CHECK(hundredths >= 6 * 45);
  CHECK(hundredths <= 6 * 60);
  Shot look = slides.look;
  look.words = PictureView::Words::caption;
  Picture const last = Camera(shown, look).at(5);
  std::size_t different = 0;
  for (std::size_t i = 0; i < screen.size() / 3; ++i)
    for (std::size_t channel = 0; channel < 3; ++channel)
      if (std::abs(screen[3 * i + channel] - last.bytes[4 * i + channel]) > 24) ++different;
  CHECK(different < screen.size() / 200);
  DGifCloseFile(gif, &error);
}

TEST_CASE("slides: a strip has the steps below one another") {
  TemporaryFolder folder;
  ShownTrace shown(sample_trace());
  Slides slides = slides_to(folder / "a.png", SlideFormat::strip);
  slides.from = 2;
  slides.to = 4;
  write_slides(shown, slides);
  std::string const png = read_file(folder / "a.png");
  auto const number = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(png.at(at + i));
    return value;
  };
  CHECK(number(16) == 640);
  CHECK(number(20) == 3 * 360);
}

TEST_CASE("slides: an SVG has outlines instead of fonts, and is well-formed whatever the names are") {
  TemporaryFolder folder;
  Trace trace = sample_trace();
  trace.actors[0].name = "</title><script>alert(1)</script>";
  ShownTrace shown(trace);
  Slides slides = slides_to(folder / "a.svg", SlideFormat::svg);
  write_slides(shown, slides);
  std::string const svg = read_file(folder / "a.svg");
  CHECK(svg.starts_with("<svg xmlns="));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(svg.find("<script") == svg.npos);
  CHECK(svg.find("<text") == svg.npos);
  CHECK(svg.find("<use href=\"#g") != svg.npos);
  CHECK(svg.find("nan") == svg.npos);
  CHECK(svg.find("inf\"") == svg.npos);
  std::string const check = "/usr/bin/python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' '" +
                            (folder / "a.svg").string() + "'";
  CHECK(std::system(check.c_str()) == 0);
}

TEST_CASE("slides: a range that the trace or the format does not have is refused, and nothing is left") {
  TemporaryFolder folder;
  ShownTrace shown(sample_trace());
  Slides slides = slides_to(folder / "a.gif", SlideFormat::gif);
  slides.to = 100000;
  CHECK_THROWS_AS(write_slides(shown, slides), std::out_of_range);
  slides = slides_to(folder / "a.png", SlideFormat::strip);
  slides.look.width = slides.look.height = 8192;
  CHECK_THROWS_AS(write_slides(shown, slides), std::out_of_range);
  CHECK(std::filesystem::is_empty(folder / ""));
}

TEST_CASE("slides: a film needs ffmpeg, and says so") {
  TemporaryFolder folder;
  ShownTrace shown(sample_trace());
  Slides slides = slides_to(folder / "a.webm", SlideFormat::webm);
  slides.to = 2;
  bool const there = std::system("command -v ffmpeg >/dev/null") == 0;
  if (there) {
    write_slides(shown, slides);
    CHECK(read_file(folder / "a.webm").starts_with("\x1a\x45\xdf\xa3"));
  }
  std::string const path = getenv("PATH");
  setenv("PATH", "/nonexistent", 1);
  CHECK_THROWS_WITH_AS(write_slides(shown, slides),
                       "a film needs ffmpeg, which is not installed (apt-get install ffmpeg); an animated GIF does not",
                       OutputError);
  setenv("PATH", path.c_str(), 1);
  CHECK_FALSE(std::filesystem::exists(folder / "a.webm.partial"));
}
