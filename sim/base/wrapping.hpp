// Text for a terminal of 100 columns.
#pragma once

#include <string>
#include <string_view>

namespace qs {

inline constexpr std::size_t terminal_columns = 100;

/// Breaks at spaces, for so many columns; the first line begins with `first`, the others with as many spaces. Ends with
/// a new line.
std::string wrapped(std::string_view text, std::string_view first = "", std::size_t width = terminal_columns);
/// Columns it takes (UTF-8, one a character).
std::size_t columns(std::string_view text);
/// Cut to so many columns, with "..." at the end if something is missing; filled with spaces if `fill`.
std::string fitted(std::string_view text, std::size_t width, bool fill = false);

}  // namespace qs
