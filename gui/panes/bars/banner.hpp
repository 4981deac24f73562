// A message across the window, until it is closed or replaced.
#pragma once

#include <cstdint>
#include <string>

#include "gui/draw/geometry.hpp"
#include "gui/draw/theme.hpp"
#include "gui/window/ui_test_log.hpp"

namespace qs::gui {

struct Banner {
  enum class Tone : std::uint8_t { news, warning, error } tone = Tone::news;
  std::string text;  ///< "": there is none
  /// Set if the text describes the end of the run: how it ends, shown with the distance at earlier steps.
  std::string ending = {};

  bool visible() const { return !text.empty(); }
};

/// Pixels it needs at this width of the window.
float banner_height(Banner const& banner, Theme const& theme, float width);
/// False: it was closed.
bool draw_banner(Banner const& banner, Theme const& theme, Rect const& rect, UiTestLog& report);

}  // namespace qs::gui
