// Where the panes of the window are. Pure geometry.
//
//   +---------------------------------------------------------------+
//   | top bar                                                       |
//   +---------------------------------------------------------------+
//   | control: how the program runs                                 |
//   +---------------------------------------------------------------+
//   | banner (only if there is a message)                           |
//   +----------+-----------------------------------+----------------+
//   | browser  | stage                             | side           |
//   |          |                                   | (tabs)         |
//   |          +-----------------------------------+----------------+
//   |          | timeline                          | events         |
//   +----------+-----------------------------------+----------------+
//   | transport                                                     |
//   +---------------------------------------------------------------+
#pragma once

#include "gui/draw/geometry.hpp"
#include "gui/window/settings.hpp"

namespace qs::gui {

struct LayoutNeeds {
  Vec2 window;
  float unit = 8;     ///< Theme::unit
  float top_bar = 0;  ///< heights, in pixels
  float control = 0;
  float banner = 0;
  float transport = 0;
};

struct Layout {
  Rect top_bar, control, banner, browser, stage, timeline, side, events, transport;
  Rect browser_splitter, side_splitter, stage_splitter, events_splitter;
};

/// Panes keep a minimum size while the window has room for it.
Layout make_layout(LayoutNeeds const& needs, Settings const& settings);

/// The settings after a splitter was dragged to the pointer.
enum class Splitter { browser, side, stage, events };
void drag(Splitter splitter, Vec2 pointer, LayoutNeeds const& needs, Settings& settings);

}  // namespace qs::gui
