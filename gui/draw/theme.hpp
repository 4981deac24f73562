// Everything the views draw with: colours, fonts and the spacing grid. State colours are built on the
// Okabe-Ito palette, which stays apart for colour-blind people; gui/draw/glyphs.hpp adds a shape to each.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <imgui.h>

#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs::gui {

/// A face at a size in pixels. Draw with ImDrawList::AddText(face, size, ...), measure with `measure`.
struct Font {
  ImFont* face = nullptr;
  float size = 0;
};

struct Fonts {
  Font text;    ///< the usual text
  Font small;   ///< captions, axis labels
  Font strong;  ///< names, headings inside a panel
  Font title;   ///< one a window
  Font code;    ///< fixed width
};

struct Theme {
  enum class Mode : std::uint8_t { dark, light };

  Mode mode = Mode::dark;
  float scale = 1;     ///< the font-size control: 0.7 to 2.5
  float unit = 8;      ///< the spacing grid, in pixels, already scaled
  float rounding = 6;  ///< of cards and buttons, already scaled
  Fonts fonts;

  // surfaces, from the farthest to the nearest
  ImU32 window = 0, panel = 0, card = 0, card_hover = 0, inset = 0;
  ImU32 line = 0;         ///< hairlines between things
  ImU32 line_strong = 0;  ///< outlines of cards, tubes and boxes
  // text
  ImU32 text = 0, text_soft = 0, text_faint = 0;
  // what calls for attention
  ImU32 accent = 0, on_accent = 0;
  ImU32 selection = 0;  ///< outline of what is selected
  ImU32 play_head = 0;
  ImU32 warning = 0, error = 0, success = 0;
  // the pipe
  ImU32 tube = 0, tube_bytes = 0;
  ImU32 arrow = 0;  ///< from a put to its get
  // a sentinel differs in shape (a diamond) and in colour
  ImU32 sentinel = 0, on_sentinel = 0;
  ImU32 on_item = 0;  ///< text on an item's or a state's colour
  // code
  ImU32 code_keyword = 0, code_string = 0, code_comment = 0, code_number = 0, code_line = 0;

  std::array<ImU32, 7> states{};                            ///< by ActorState
  std::array<ImU32, 8> producers{};                         ///< items of one producer share one of these
  ImU32 read_lock = 0, write_lock = 0, condition_lock = 0;  ///< the last one also of those who wait in a join
  ImU32 lock_wait = 0;

  ImU32 state(ActorState state) const { return states[static_cast<std::size_t>(state)]; }
  ImU32 item(ItemId item) const { return producers[item.producer % producers.size()]; }
  ImU32 actor(ActorIndex actor) const { return producers[actor % producers.size()]; }
  ImU32 lock(Resource) const;  ///< text_soft if the resource is not a lock
};

/// The colours of a mode and the spacing of a scale; the fonts stay empty.
Theme make_theme(Theme::Mode mode, float scale);
/// Gives ImGui's own widgets the same look.
void apply_style(Theme const& theme);

ImU32 with_alpha(ImU32 colour, float alpha);  ///< alpha: 0..1, multiplied in
ImU32 mix(ImU32 from, ImU32 to, float part);  ///< part 0: from, 1: to
ImVec4 as_vector(ImU32 colour);
/// Whichever of the dark text and white is easier to read on this colour.
ImU32 ink_on(ImU32 fill, Theme const& theme);
double contrast(ImU32 one, ImU32 other);  ///< WCAG contrast ratio, 1 to 21
ImVec2 measure(Font font, std::string_view text);
void draw_text(ImDrawList* list, Font font, ImVec2 at, ImU32 colour, std::string_view text);
/// As much of the text as fits the width, with an ellipsis where it does not.
void draw_text_within(ImDrawList* list, Font font, ImVec2 at, float width, ImU32 colour, std::string_view text);

/// For ImGui's own widgets: the font holds while this object lives.
class WithFont {
 public:
  explicit WithFont(Font font);
  ~WithFont();
  WithFont(WithFont const&) = delete;
  WithFont& operator=(WithFont const&) = delete;
};

}  // namespace qs::gui
