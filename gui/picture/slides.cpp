#include "gui/picture/slides.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "gui/picture/film.hpp"
#include "gui/picture/gif.hpp"
#include "gui/window/picture_file.hpp"

namespace qs::gui {
namespace {

constexpr Step most_animated = 1000;
constexpr std::size_t most_strip_pixels = 64U << 20;
constexpr int motion_frames = 6;
constexpr double motion_seconds = 0.35;

/// The steps of an animation: the movement of a step in a few pictures, then the step at rest.
template <class Animation>
void animate(Animation& animation, Camera& camera, Slides const& slides, Step to,
             std::function<void(std::uint64_t, std::uint64_t)> const& progress) {
  double const moving = std::min(motion_seconds, slides.seconds / 2);
  for (Step step = slides.from; step <= to; ++step) {
    Picture const rest = camera.at(step);
    bool const moves = step > slides.from && camera.at(step, 0).bytes != rest.bytes;
    for (int i = 0; moves && i < motion_frames; ++i)
      animation.add(camera.at(step, static_cast<double>(i) / motion_frames), moving / motion_frames);
    animation.add(rest, slides.seconds - (moves ? moving : 0));
    if (progress) progress(step - slides.from + 1, to - slides.from + 1);
  }
  animation.finish();
}

Picture strip_of(Camera& camera, Slides const& slides, Step to,
                 std::function<void(std::uint64_t, std::uint64_t)> const& progress) {
  Picture strip{slides.look.width, 0, {}};
  for (Step step = slides.from; step <= to; ++step) {
    Picture const picture = camera.at(step);
    strip.bytes.insert(strip.bytes.end(), picture.bytes.begin(), picture.bytes.end());
    strip.height += picture.height;
    if (progress) progress(step - slides.from + 1, to - slides.from + 1);
  }
  return strip;
}

}  // namespace

void write_slides(ShownTrace& shown, Slides const& slides,
                  std::function<void(std::uint64_t, std::uint64_t)> const& progress) {
  Step const size = shown.trace().size();
  if (size == 0) throw std::out_of_range("the trace has no steps");
  Step const to = slides.to == no_step ? size - 1 : slides.to;
  for (Step const step : {slides.from, to})
    if (step >= size)
      throw std::out_of_range(fmt::format("the trace has no step {}; its last step is {}", step, size - 1));
  Slides wanted = slides;
  wanted.look.words = PictureView::Words::caption;
  if (slides.format == SlideFormat::strip || slides.format == SlideFormat::svg)
    wanted.look.parts = PictureView::Parts::stage;
  if (slides.format == SlideFormat::svg) {
    OutputFile out(slides.output);
    out.write(Camera(shown, wanted.look).svg_at(to));
    return out.close();
  }
  std::uint64_t const count = std::uint64_t{to} - slides.from + 1;
  std::uint64_t const pixels =
      static_cast<std::uint64_t>(wanted.look.width) * static_cast<std::uint64_t>(wanted.look.height);
  std::uint64_t const most = slides.format == SlideFormat::strip ? most_strip_pixels / pixels : most_animated;
  if (count > most)
    throw std::out_of_range(
        fmt::format("{} steps are too many for such a picture, which has at most {}; choose a range "
                    "with --from and --to{}",
                    count, most, slides.format == SlideFormat::strip ? ", or a smaller --size" : ""));
  Camera camera(shown, wanted.look);
  switch (slides.format) {
    case SlideFormat::gif: {
      OutputFile out(slides.output);
      Gif gif(out, wanted.look.width, wanted.look.height);
      animate(gif, camera, wanted, to, progress);
      return out.close();
    }
    case SlideFormat::webm: {
      Film film(slides.output, wanted.look.width, wanted.look.height);
      return animate(film, camera, wanted, to, progress);
    }
    default: return write_png(strip_of(camera, wanted, to, progress), slides.output);
  }
}

}  // namespace qs::gui
