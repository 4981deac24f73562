// std::source_location, or the same by the compiler's builtins where the standard library has none (clang 14).
#pragma once

#include <cstdint>
#include <version>

#if defined(__cpp_lib_source_location)
#include <source_location>
namespace mp {
using SourceLocation = std::source_location;
}
#else
namespace mp {
class SourceLocation {
 public:
  static constexpr SourceLocation current(char const* file = __builtin_FILE(),
                                          char const* function = __builtin_FUNCTION(),
                                          std::uint32_t line = __builtin_LINE()) noexcept {
    SourceLocation here;
    here.file_ = file;
    here.function_ = function;
    here.line_ = line;
    return here;
  }
  constexpr char const* file_name() const noexcept { return file_; }
  constexpr char const* function_name() const noexcept { return function_; }
  constexpr std::uint32_t line() const noexcept { return line_; }

 private:
  char const* file_ = "";
  char const* function_ = "";
  std::uint32_t line_ = 0;
};
}  // namespace mp
#endif
