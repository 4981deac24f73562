#include "gui/window/fonts.hpp"

#include <cmath>
#include <memory>

#include <fontconfig/fontconfig.h>

namespace qs::gui {
namespace {

struct Destroy {
  void operator()(FcPattern* pattern) const { FcPatternDestroy(pattern); }
};
using Pattern = std::unique_ptr<FcPattern, Destroy>;

FcChar8 const* as_fc(char const* text) { return reinterpret_cast<FcChar8 const*>(text); }
char const* as_text(FcChar8 const* text) { return reinterpret_cast<char const*>(text); }

std::string text_property(FcPattern* pattern, char const* name) {
  FcChar8* value = nullptr;
  return FcPatternGetString(pattern, name, 0, &value) == FcResultMatch ? as_text(value) : "";
}

/// Fontconfig always answers with something; only the family that was asked for counts.
std::string exact_match(char const* family, Weight weight) {
  Pattern wanted{FcPatternCreate()};
  FcPatternAddString(wanted.get(), FC_FAMILY, as_fc(family));
  FcPatternAddInteger(wanted.get(), FC_WEIGHT, weight == Weight::regular ? FC_WEIGHT_REGULAR : FC_WEIGHT_DEMIBOLD);
  FcPatternAddInteger(wanted.get(), FC_SLANT, FC_SLANT_ROMAN);
  FcPatternAddBool(wanted.get(), FC_SCALABLE, FcTrue);
  FcConfigSubstitute(nullptr, wanted.get(), FcMatchPattern);
  FcDefaultSubstitute(wanted.get());
  FcResult result{};
  Pattern found{FcFontMatch(nullptr, wanted.get(), &result)};
  if (!found || text_property(found.get(), FC_FAMILY) != family) return {};
  return text_property(found.get(), FC_FILE);
}

/// Latin, Greek, punctuation, arrows, mathematics, box drawing and geometric shapes.
constexpr ImWchar glyphs[] = {0x0020, 0x024f, 0x0370, 0x03ff, 0x2010, 0x205e, 0x2190, 0x21ff, 0x2200,
                              0x22ff, 0x2300, 0x23ff, 0x2500, 0x25ff, 0x2600, 0x26ff, 0};

ImFont* load(std::string const& file, float size) {
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  ImFontConfig config;
  config.OversampleH = 2;
  config.OversampleV = 1;
  if (!file.empty()) {
    if (ImFont* face = atlas.AddFontFromFileTTF(file.c_str(), size, &config, glyphs)) return face;
  }
  config.SizePixels = size;
  return atlas.AddFontDefault(&config);
}

}  // namespace

std::string font_file(std::initializer_list<char const*> families, Weight weight) {
  if (!FcInit()) return {};
  for (char const* family : families) {
    if (std::string file = exact_match(family, weight); !file.empty()) return file;
  }
  return {};
}

Fonts load_fonts(float scale) {
  static std::string const text = font_file({"Inter", "DejaVu Sans", "Noto Sans"}, Weight::regular);
  static std::string const bold = font_file({"Inter", "DejaVu Sans", "Noto Sans"}, Weight::strong);
  static std::string const code = font_file({"JetBrains Mono", "DejaVu Sans Mono", "Noto Sans Mono"}, Weight::regular);

  ImGui::GetIO().Fonts->Clear();
  auto font = [scale](std::string const& file, float size) {
    float const pixels = std::round(size * scale);
    return Font{load(file, pixels), pixels};
  };
  Fonts fonts;
  fonts.text = font(text, 15);
  fonts.small = font(text, 12.5F);
  fonts.strong = font(bold, 15);
  fonts.title = font(bold, 20);
  fonts.code = font(code, 14);
  return fonts;
}

}  // namespace qs::gui
