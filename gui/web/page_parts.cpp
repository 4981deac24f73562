// What a page has instead of the parts of sim/ and gui/ that need files or the system.
#include <span>
#include <string>
#include <utility>

#include "gui/window/fonts.hpp"
#include "sim/lesson/bundled.hpp"
#include "sim/trace/packing.hpp"

extern "C" {
// Of the fonts' subsets; made by subset_fonts.py.
extern unsigned char const qs_font_text[], qs_font_strong[], qs_font_code[];
extern int const qs_font_text_size, qs_font_strong_size, qs_font_code_size;
}

namespace qs {

// The trace in a page is stored plain, and compressed as a whole together with everything else.
struct Packer::Context {};
Packer::Packer() = default;
Packer::~Packer() = default;
void Packer::pack(std::string_view, std::string& packed) { packed.clear(); }
bool unpack_into(std::string&, std::string_view) { return false; }

// A page contains its own lesson only.
std::span<std::pair<std::string_view, std::string_view> const> const bundled_lesson_texts{};

namespace gui {

ImFont* add_face(Face face, float size, ImFontConfig const& config, ImWchar const* glyphs) {
  ImFontConfig own = config;
  own.FontDataOwnedByAtlas = false;
  struct Bytes {
    unsigned char const* data;
    int size;
  };
  Bytes const all[] = {
      {qs_font_text, qs_font_text_size}, {qs_font_strong, qs_font_strong_size}, {qs_font_code, qs_font_code_size}};
  Bytes const& bytes = all[static_cast<std::size_t>(face)];
  // ImGui only reads them.
  return ImGui::GetIO().Fonts->AddFontFromMemoryTTF(const_cast<unsigned char*>(bytes.data), bytes.size, size, &own,
                                                    glyphs);
}

}  // namespace gui
}  // namespace qs
