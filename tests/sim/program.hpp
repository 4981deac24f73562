// The programs that tests of runs start, and a look at what is running.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

/// A queuescope without a window.
inline std::string queuescope_program() { return QUEUESCOPE_CLI; }

/// How many processes have this word in their command line and are no zombies.
inline std::size_t processes_with(std::string const& word) {
  std::size_t count = 0;
  std::error_code error;
  for (auto const& entry : std::filesystem::directory_iterator("/proc", error)) {
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    std::string line(std::istreambuf_iterator<char>(file), {});
    if (line.starts_with("sh") || line.find(word) == std::string::npos) continue;
    ++count;
  }
  return count;
}
