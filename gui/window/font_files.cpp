// The faces of the system's fonts, found through fontconfig.
#include "gui/window/fonts.hpp"

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

}  // namespace

std::string font_file(std::initializer_list<char const*> families, Weight weight) {
  if (!FcInit()) return {};
  for (char const* family : families) {
    if (std::string file = exact_match(family, weight); !file.empty()) return file;
  }
  return {};
}

ImFont* add_face(Face face, float size, ImFontConfig const& config, ImWchar const* glyphs) {
  static std::string const files[] = {
      font_file({"Inter", "DejaVu Sans", "Noto Sans"}, Weight::regular),
      font_file({"Inter", "DejaVu Sans", "Noto Sans"}, Weight::strong),
      font_file({"JetBrains Mono", "DejaVu Sans Mono", "Noto Sans Mono"}, Weight::regular),
  };
  std::string const& file = files[static_cast<std::size_t>(face)];
  if (file.empty()) return nullptr;
  return ImGui::GetIO().Fonts->AddFontFromFileTTF(file.c_str(), size, &config, glyphs);
}

}  // namespace qs::gui
