#include "gui/stage/source.hpp"

namespace qs::gui {

std::string_view SourceLines::line(Trace const& trace, std::string const& file, std::uint32_t number) {
  auto const source = trace.sources.find(file);
  if (source == trace.sources.end() || number == 0) return {};
  std::string const& text = source->second;
  File& known = files_[file];
  if (known.text != text.data() || known.size != text.size()) {
    known = {text.data(), text.size(), {}};
    std::string_view rest = text;
    while (!rest.empty()) {
      std::size_t const end = rest.find('\n');
      known.lines.push_back(rest.substr(0, end));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
  }
  return number <= known.lines.size() ? known.lines[number - 1] : std::string_view{};
}

}  // namespace qs::gui
