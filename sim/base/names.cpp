#include "sim/base/names.hpp"

#include <algorithm>

namespace qs {

std::string_view trimmed(std::string_view text, std::string_view blanks) {
  auto const first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string name_stem(std::string_view name) {
  auto const word = name.substr(0, std::min(name.find(' '), name.size()));
  auto const last = word.find_last_not_of("0123456789");
  std::string stem(word.substr(0, last == std::string_view::npos ? 0 : last + 1));
  return stem += name.substr(word.size());
}

}  // namespace qs
