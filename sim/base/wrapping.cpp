#include "sim/base/wrapping.hpp"

#include <algorithm>
#include <cstdint>

namespace qs {

namespace {

bool begins_character(char c) { return (static_cast<std::uint8_t>(c) & 0xc0) != 0x80; }

}  // namespace

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string fitted(std::string_view text, std::size_t width, bool fill) {
  auto const taken = columns(text);
  if (taken <= width) return std::string(text) + std::string(fill ? width - taken : 0, ' ');
  std::size_t const kept = width > 3 ? width - 3 : 0;
  std::size_t seen = 0, end = 0;
  for (; end < text.size(); ++end) {
    if (begins_character(text[end]) && seen++ == kept) break;
  }
  return std::string(text.substr(0, end)) + std::string(std::min<std::size_t>(width, 3), '.');
}

std::string wrapped(std::string_view text, std::string_view first, std::size_t width) {
  std::string result(first);
  std::size_t const indent = columns(first);
  std::size_t column = indent;
  bool empty_line = true;
  while (!text.empty()) {
    auto const word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (word.empty()) continue;
    if (!empty_line && column + 1 + columns(word) > width) {
      result += '\n' + std::string(indent, ' ');
      column = indent;
      empty_line = true;
    }
    if (!empty_line) {
      result += ' ';
      ++column;
    }
    auto const piece = fitted(word, width - std::min(indent, width - 10));
    result += piece;
    column += columns(piece);
    empty_line = false;
  }
  return result + '\n';
}

}  // namespace qs
