// The lines of the traced program's source files, found once a file.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/trace/trace.hpp"

namespace qs::gui {

class SourceLines {
 public:
  /// Without its line end; "" if there is no such line. The first line has number 1.
  std::string_view line(Trace const& trace, std::string const& file, std::uint32_t number);

 private:
  struct File {
    char const* text = nullptr;
    std::size_t size = 0;
    std::vector<std::string_view> lines;
  };
  std::unordered_map<std::string, File> files_;
};

}  // namespace qs::gui
