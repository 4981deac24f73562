// The programs of this folder and the tool that records them.
#pragma once

#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace tests {

/// The executable of "ends/stopped".
inline std::string program(std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  return std::string(DIAGNOSIS_BINARIES) + "/diagnosis_" + name;
}

inline int run_command(std::string const& command) {
  int const status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Its exit code; what it and the program write goes into a file.
inline int run_tool(std::string const& words, std::string const& output) {
  return run_command(std::string(QUEUESCOPE_CLI) + " " + words + " > " + output + " 2>&1");
}

}  // namespace tests
