// Real fonts through fontconfig: Inter for text and JetBrains Mono for code where they are installed, else
// what the system has, else ImGui's own.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

#include "gui/draw/theme.hpp"

namespace qs::gui {

enum class Weight : std::uint8_t { regular, strong };

/// The file of the first of these families that is installed; "" if none is.
std::string font_file(std::initializer_list<char const*> families, Weight weight);

enum class Face : std::uint8_t { text, strong, code };
/// Adds a face to ImGui's atlas; nullptr where there is none. A page in a browser has its own (gui/web/).
ImFont* add_face(Face face, float size, ImFontConfig const& config, ImWchar const* glyphs);

/// Fills ImGui's atlas anew at this scale. Call it between frames, then Window::fonts_changed().
Fonts load_fonts(float scale);

}  // namespace qs::gui
