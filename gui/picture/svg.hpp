// What ImGui has drawn, as an SVG: its triangles as paths, its letters as outlines of their glyphs, so that the picture
// looks the same where the fonts are not installed.
#pragma once

#include <string>
#include <string_view>

#include <imgui.h>

#include "gui/draw/geometry.hpp"

namespace qs::gui {

/// A part of it. `words`: what the picture shows, for those who cannot see it. Call it before the next frame.
std::string svg_of(ImDrawData const& drawn, ImU32 background, std::string_view words, Rect const& part);

}  // namespace qs::gui
