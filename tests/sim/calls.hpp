// The executable called from outside, as a person or a script does.
#pragma once

#include <cstdlib>
#include <string>

#include "sim/family.hpp"
#include "tests/sim/program.hpp"
#include "tests/sim/temporary.hpp"

namespace qs::testing {

inline bool has(std::string const& text, std::string const& part) { return text.find(part) != std::string::npos; }

struct Answer {
  int code = -1;
  std::string out, err;
};

/// In `folder`, through a shell, with a watchdog.
inline Answer call(TemporaryFolder const& folder, std::string const& words, std::string const& input = "") {
  write_file(folder / "in", input);
  std::string const line = "cd '" + (folder / "").string() + "' && timeout -s KILL 120 '" + queuescope_program() +
                           "' " + words + " > out 2> err < in";
  int const status = std::system(line.c_str());
  return {exit_code_of(status), read_file(folder / "out"), read_file(folder / "err")};
}

}  // namespace qs::testing
