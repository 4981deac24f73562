// Light colouring of source code, line by line: enough to read by, no more.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace qs::gui {

enum class Language : std::uint8_t { cpp, python };
Language language_of(std::string_view file);

enum class Tone : std::uint8_t { plain, keyword, string, comment, number };

struct Span {
  std::size_t begin = 0, end = 0;  ///< bytes of the line
  Tone tone = Tone::plain;
  friend bool operator==(Span const&, Span const&) = default;
};

/// What a line begins in: a comment or a string of several lines.
enum class Inside : std::uint8_t { nothing, block_comment, triple_single, triple_double };

/// The spans cover the line from its beginning to its end. `inside` is updated for the next line.
std::vector<Span> highlight(std::string_view line, Language language, Inside& inside);

}  // namespace qs::gui
