// Programs in Python, as the command line is given them.
#pragma once

#include <string>
#include <vector>

#include "sim/run/run.hpp"

namespace qs::cli {

/// The command that runs these words: a file that ends with .py is run by python3. Throws UsageError when that file is
/// not there.
std::vector<std::string> with_interpreter(std::vector<std::string> const& words);

/// The script or the module that the command runs in Python; empty when it is no such command.
std::string python_script(std::vector<std::string> const& command);

/// Why nothing of this run was recorded, as a sentence.
std::string why_nothing_recorded(RunFacts const& facts);

}  // namespace qs::cli
