#include "gui/window/fonts.hpp"

#include <cmath>

namespace qs::gui {
namespace {

/// Latin, Greek, punctuation, arrows, mathematics, box drawing and geometric shapes.
constexpr ImWchar glyphs[] = {0x0020, 0x024f, 0x0370, 0x03ff, 0x2010, 0x205e, 0x2190, 0x21ff, 0x2200,
                              0x22ff, 0x2300, 0x23ff, 0x2500, 0x25ff, 0x2600, 0x26ff, 0};

ImFont* load(Face face, float size) {
  ImFontConfig config;
  config.OversampleH = 2;
  config.OversampleV = 1;
  if (ImFont* font = add_face(face, size, config, glyphs)) return font;
  config.SizePixels = size;
  return ImGui::GetIO().Fonts->AddFontDefault(&config);
}

}  // namespace

Fonts load_fonts(float scale) {
  ImGui::GetIO().Fonts->Clear();
  auto font = [scale](Face face, float size) {
    float const pixels = std::round(size * scale);
    return Font{load(face, pixels), pixels};
  };
  Fonts fonts;
  fonts.text = font(Face::text, 15);
  fonts.small = font(Face::text, 12.5F);
  fonts.strong = font(Face::strong, 15);
  fonts.title = font(Face::strong, 20);
  fonts.code = font(Face::code, 14);
  return fonts;
}

}  // namespace qs::gui
