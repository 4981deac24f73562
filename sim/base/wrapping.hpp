// Text for a terminal of 100 columns.
#pragma once

#include <string>
#include <string_view>

namespace qs {

inline constexpr std::size_t terminal_columns = 100;

/// Breaks `text` at spaces; the first line begins with `first`, the others with as many spaces. Ends with a newline.
std::string wrapped(std::string_view text, std::string_view first = "", std::size_t width = terminal_columns);
/// The width in columns (UTF-8, one column per character).
std::size_t columns(std::string_view text);
/// Cuts the text to `columns`, with "..." at its end if it was cut; fills it with spaces if `fill`.
std::string fitted(std::string_view text, std::size_t width, bool fill = false);

}  // namespace qs
