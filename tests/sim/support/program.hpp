// The programs that the tests start, and queries about running processes.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <sys/types.h>

/// A queuescope without a window.
inline std::string queuescope_program() { return QUEUESCOPE_CLI; }
inline std::string scenario_program() { return QUEUESCOPE_SCENARIO; }

/// The number of `sleep` processes with this word in their command line.
inline std::size_t sleepers(std::string const& word) {
  std::size_t count = 0;
  std::error_code error;
  for (auto const& entry : std::filesystem::directory_iterator("/proc", error)) {
    std::ifstream file(entry.path() / "cmdline", std::ios::binary);
    std::string line;
    std::getline(file, line, '\n');  // the process may have ended: then the line is empty
    if (line.starts_with("sleep") && line.find(word) != std::string::npos) ++count;
  }
  return count;
}

inline std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> found;
  std::ifstream file("/proc/" + std::to_string(parent) + "/task/" + std::to_string(parent) + "/children");
  for (pid_t pid = 0; file >> pid;) found.push_back(pid);
  return found;
}
