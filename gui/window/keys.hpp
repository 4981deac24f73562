// A key press as the window saw it, the same for both backends and for every release of ImGui.
#pragma once

#include <cstdint>

namespace qs::gui {

enum class Key : std::uint8_t {
  none,
  character,  ///< KeyPress::character; respects the keyboard's layout
  left,
  right,
  up,
  down,
  home,
  end,
  page_up,
  page_down,
  tab,
  enter,
  escape,
  f1,
  f2,
  f3,
  f4,
  f5,
  f6,
  f7,
  f11,
};

struct KeyPress {
  Key key = Key::none;
  char32_t character = 0;
  bool shift = false;  ///< not set for characters, which include it already
  bool control = false;
  friend bool operator==(KeyPress const&, KeyPress const&) = default;
};

}  // namespace qs::gui
