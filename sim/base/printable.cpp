#include "sim/base/printable.hpp"

#include <algorithm>
#include <cstdint>

namespace qs {

namespace {

std::uint8_t byte_at(std::string_view text, std::size_t index) { return static_cast<std::uint8_t>(text[index]); }

// Length of the well-formed sequence at the beginning of `text`; 0 if there is none (Unicode, table 3-7).
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

}  // namespace

std::string printable(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    auto const length = sequence_length(text);
    if (length == 0) {
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
