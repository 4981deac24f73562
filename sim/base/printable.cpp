#include "sim/base/printable.hpp"

#include <algorithm>
#include <cstdint>

namespace qs {

namespace {

std::uint8_t byte_at(std::string_view text, std::size_t index) { return static_cast<std::uint8_t>(text[index]); }

// Length of the well-formed UTF-8 sequence at the beginning of `text`, or 0 (Unicode, table 3-7).
std::size_t sequence_length(std::string_view text) {
  auto const first = byte_at(text, 0);
  if (first < 0x80) return 1;
  std::size_t const length = first >= 0xc2 && first < 0xe0   ? 2
                             : (first & 0xf0) == 0xe0        ? 3
                             : first >= 0xf0 && first < 0xf5 ? 4
                                                             : 0;
  if (length == 0 || text.size() < length) return 0;
  auto const rest = text.substr(1, length - 1);
  if (!std::all_of(rest.begin(), rest.end(), [](char c) { return (static_cast<std::uint8_t>(c) & 0xc0) == 0x80; }))
    return 0;
  auto const second = byte_at(text, 1);
  bool const overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  bool const surrogate = first == 0xed && second >= 0xa0;
  bool const too_large = first == 0xf4 && second >= 0x90;
  bool const control = first == 0xc2 && second < 0xa0;
  return overlong || surrogate || too_large || control ? 0 : length;
}

// Characters that change the direction of the text around them: U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to
// U+2069.
bool turns_direction(std::string_view character) {
  if (character == "\xd8\x9c") return true;
  if (character.size() != 3 || byte_at(character, 0) != 0xe2) return false;
  auto const second = byte_at(character, 1), third = byte_at(character, 2);
  if (second == 0x80) return third == 0x8e || third == 0x8f || (third >= 0xaa && third <= 0xae);
  return second == 0x81 && third >= 0xa6 && third <= 0xa9;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    auto const length = sequence_length(text);
    if (length == 0 || turns_direction(text.substr(0, length))) {
      clean += '?';
    } else if (length == 1 && (byte_at(text, 0) < 0x20 || text[0] == 0x7f)) {
      clean += ' ';
    } else {
      clean += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return clean;
}

}  // namespace qs
