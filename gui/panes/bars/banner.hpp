// A sentence across the window that must not be missed, until it is closed or something else begins.
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
  /// For a text about the end of the run: what happens there, said with the distance while the play head is earlier.
  std::string ending = {};

  bool visible() const { return !text.empty(); }
};

/// Pixels it needs at this width of the window.
float banner_height(Banner const& banner, Theme const& theme, float width);
/// False: it was closed.
bool draw_banner(Banner const& banner, Theme const& theme, Rect const& rect, UiTestLog& report);

}  // namespace qs::gui
