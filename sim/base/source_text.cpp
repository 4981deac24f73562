#include "sim/base/source_text.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace qs {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t largest_source = std::uintmax_t{1024} * 1024;

std::optional<std::string> read(fs::path const& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error) || fs::file_size(path, error) > largest_source || error) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

fs::path installed_sources() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path().parent_path() / "share" / "queuescope";
}

std::optional<std::string> source_text(std::string const& file, fs::path const& installed) {
  if (file.empty()) return std::nullopt;
  if (auto text = read(file)) return text;
  fs::path const named(file);
  auto const folder = named.parent_path();
  auto const ending = folder.filename() / named.filename();
  if (auto text = read(installed / ending)) return text;
  return read(installed / folder.parent_path().filename() / ending);
}

}  // namespace qs
