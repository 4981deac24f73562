// Runs the executable from outside, as a user or a script does.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "sim/process/process_tree.hpp"
#include "tests/sim/support/program.hpp"
#include "tests/sim/support/temporary.hpp"

namespace qs::testing {

inline bool has(std::string const& text, std::string const& part) { return text.find(part) != std::string::npos; }

struct Answer {
  int code = -1;
  std::string out, err;
};

/// Runs queuescope in `folder` through a shell, for two minutes at most.
inline Answer call(TemporaryFolder const& folder, std::string const& words, std::string const& input = "") {
  write_file(folder / "in", input);
  std::string const line = "cd '" + (folder / "").string() + "' && timeout -s KILL 120 '" + queuescope_program() +
                           "' " + words + " > out 2> err < in";
  int const status = std::system(line.c_str());
  return {exit_code_of(status), read_file(folder / "out"), read_file(folder / "err")};
}

/// A queuescope that runs while its test interacts with it.
class Started {
 public:
  pid_t pid() const { return pid_; }
  /// Its exit code, as exit_code_of(); -1000 if it does not end within 30 s.
  int wait_for_end() const {
    int status = 0;
    for (int tries = 0; tries < 3000; ++tries) {
      if (waitpid(pid_, &status, WNOHANG) == pid_) return exit_code_of(status);
      usleep(10'000);
    }
    return -1000;
  }
  /// Whether all its descendants end within 30 s. Orphans are children of this process.
  static bool all_processes_end() {
    for (int tries = 0; tries < 3000; ++tries) {
      while (waitpid(-1, nullptr, WNOHANG) > 0) {
      }
      if (children().empty()) return true;
      usleep(10'000);
    }
    return false;
  }

 protected:
  pid_t pid_ = -1;
};

}  // namespace qs::testing
