// JSON, written piece by piece.
#pragma once

#include <string>
#include <string_view>

namespace qs {

/// Appends the text in quotation marks. It must be UTF-8, as printable() makes it.
inline void append_json(std::string& out, std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  out += '"';
  for (char const character : text) {
    auto const byte = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\') {
      out += '\\';
      out += character;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += character;
    }
  }
  out += '"';
}

inline std::string json(std::string_view text) {
  std::string quoted;
  append_json(quoted, text);
  return quoted;
}

}  // namespace qs
