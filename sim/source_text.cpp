#include "sim/source_text.hpp"

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

std::optional<std::string> source_text(std::string const& file) {
  if (file.empty()) return std::nullopt;
  if (auto text = read(file)) return text;
  std::error_code error;
  fs::path const program = fs::read_symlink("/proc/self/exe", error);
  if (error || fs::path(file).is_absolute()) return std::nullopt;
  return read(program.parent_path().parent_path() / "share" / "queuescope" / file);
}

}  // namespace qs
