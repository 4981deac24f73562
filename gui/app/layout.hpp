// Where the panes of the window are. Pure geometry.
//
//   +---------------------------------------------------------------+
//   | top bar                                                       |
//   +---------------------------------------------------------------+
//   | control: how the program runs                                 |
//   +---------------------------------------------------------------+
//   | banner (only if there is a message)                           |
//   +----------+-----------------------------------+----------------+
//   | browser  | caption                           | side           |
//   | or lesson+-----------------------------------+ (tabs)         |
//   |          | stage                             |                |
//   |          +-----------------------------------+----------------+
//   |          | timeline                          | events         |
//   +----------+-----------------------------------+----------------+
//   | transport                                                     |
//   +---------------------------------------------------------------+
//
// Where the letters are large for the window, panes fold away until the stage with its caption has half of the area:
// first the browser, then the timeline, then the side. They come back when there is room, or when they are asked for.
// A presenter's layout has the caption and the stage, and one more pane at most.
#pragma once

#include <cstdint>

#include "gui/draw/geometry.hpp"
#include "gui/window/settings.hpp"

namespace qs::gui {

/// The presenter's view, and the pane that it shows beside the stage.
enum class Presenter : std::uint8_t { off, stage, timeline, code };

struct LayoutNeeds {
  Vec2 window;
  float unit = 8;     ///< Theme::unit
  float top_bar = 0;  ///< heights, in pixels
  float control = 0;
  float banner = 0;
  float transport = 0;
  float caption = 0;
  Presenter presenter = Presenter::off;
  bool lesson = false;          ///< a lesson replaces the browser, and does not collapse
  bool browser_wanted = false;  ///< asked for: it does not fold away
  bool timeline_wanted = false;
  bool side_wanted = false;
};

struct Layout {
  Rect top_bar, control, banner, browser, caption, stage, timeline, side, events, transport;
  Rect browser_splitter, side_splitter, stage_splitter, events_splitter;
};

/// Whether there is so little height that the bars give up what has a key.
bool is_low(Vec2 window, float unit);
/// A pane without room has an empty rectangle. The others keep a minimum size while the window has room for it.
Layout make_layout(LayoutNeeds const& needs, Settings const& settings);

/// The settings after a splitter was dragged to the pointer.
enum class Splitter { browser, side, stage, events };
void drag(Splitter splitter, Vec2 pointer, LayoutNeeds const& needs, Settings& settings);

}  // namespace qs::gui
