// A range of steps as pictures for slides: an animation, a film, a strip, or the stage as an SVG.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "gui/picture/shot.hpp"

namespace qs::gui {

enum class SlideFormat : std::uint8_t { gif, webm, strip, svg };

struct Slides {
  SlideFormat format = SlideFormat::gif;
  std::string output;
  Step from = 0, to = no_step;  ///< both included; no_step: the last one. An SVG shows `to`
  Shot look;                    ///< without its step
  double seconds = 1;           ///< for which a step is shown
};

/// Throws std::out_of_range for a range that the trace does not have or that is too long for the format, OutputError,
/// ReaderGone and WindowError. `progress` is told how many of how many steps are drawn.
void write_slides(ShownTrace& shown, Slides const& slides,
                  std::function<void(std::uint64_t, std::uint64_t)> const& progress = {});

}  // namespace qs::gui
