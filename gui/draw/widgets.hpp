// The small things that all panes are made of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gui/draw/geometry.hpp"
#include "gui/draw/theme.hpp"

namespace qs::gui {

/// A pane of the window at a fixed place; ends with its scope. `padding` in units.
class Pane {
 public:
  Pane(char const* name, Rect const& rect, Theme const& theme, ImU32 background, float padding = 1.25F);
  ~Pane();
  Pane(Pane const&) = delete;
  Pane& operator=(Pane const&) = delete;
};

/// A card over the whole window, which is dimmed meanwhile; ends with its scope. `wish` in units.
class Overlay {
 public:
  Overlay(char const* name, Theme const& theme, Vec2 window, Vec2 wish);
  ~Overlay();
  Overlay(Overlay const&) = delete;
  Overlay& operator=(Overlay const&) = delete;

  float width() const { return card_.width(); }
  bool clicked_outside() const;

 private:
  Rect card_;
};

/// A scrolling part of a pane, without a frame of its own.
class Scroll {
 public:
  /// What is cut off at the bottom fades into the background.
  Scroll(char const* name, ImVec2 size, ImGuiCol background = ImGuiCol_WindowBg);
  ~Scroll();
  Scroll(Scroll const&) = delete;
  Scroll& operator=(Scroll const&) = delete;

 private:
  ImGuiCol background_;
};

enum class Icon : std::uint8_t {
  first,
  back,
  play,
  pause,
  forward,
  last,
  stop,
  block,
  wake,
  sentinel,
  help,
  sun,
  moon,
  close,
  panel
};
void draw_icon(ImDrawList* list, Icon icon, ImVec2 centre, float radius, ImU32 colour, Theme const& theme);

enum class Emphasis : std::uint8_t { none, quiet, strong };
/// A square button with an icon and a tooltip.
bool icon_button(char const* id, Icon icon, Theme const& theme, std::string_view tooltip,
                 Emphasis emphasis = Emphasis::none);
/// The one button of a pane that matters most.
bool main_button(char const* label, Theme const& theme, float width, ImU32 fill, ImU32 text, Icon icon);

/// A thin line with a knob. True while it moves; `logarithmic` gives each factor the same length.
enum class Scaling : std::uint8_t { linear, logarithmic };
bool slim_slider(char const* id, Theme const& theme, float width, float& value, float lowest, float highest,
                 Scaling scaling);

void tooltip_of_last(std::string_view words);
/// A caption above a group: small, soft.
void caption(Theme const& theme, std::string_view words);
void heading(Theme const& theme, std::string_view words);
void paragraph(std::string_view words, ImU32 colour);
/// Words in the middle of an empty pane, and what to do about it.
void empty_state(Theme const& theme, std::string_view title, std::string_view advice);
void empty_state(Theme const& theme, Font title_font, std::string_view title, std::string_view advice);
/// A rounded label on a colour.
void pill(Theme const& theme, std::string_view words, ImU32 fill, ImU32 text);
float pill_width(Theme const& theme, std::string_view words);

/// Two columns: what, and how much. Use between begin_facts() and ImGui::EndTable().
/// `names`: width of the first column, in units.
bool begin_facts(char const* id, Theme const& theme, float names = 14);
void fact(Theme const& theme, std::string_view what, std::string_view value);
/// The same with a value that can be clicked.
bool fact_link(Theme const& theme, std::string_view what, std::string const& value);
/// Underlined words that can be clicked.
bool link(Theme const& theme, std::string const& words);

/// A clickable tab heading; the chosen one is underlined.
bool tab(char const* name, char const* words, bool chosen, Theme const& theme, std::string_view help);

}  // namespace qs::gui
