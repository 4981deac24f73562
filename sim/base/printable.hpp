// Makes text from an observed program safe for a terminal, the window and JSON.
#pragma once

#include <string>
#include <string_view>

namespace qs {

/// Valid UTF-8 without control characters: a control character becomes a space, a broken sequence a '?'.
std::string printable(std::string_view text);

}  // namespace qs
