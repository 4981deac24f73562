// The commands of `step`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace qs::cli {

struct StepCommand {
  enum class What : std::uint8_t { go, next, until, run, free, kill, time, back, why, schedule, save, help, quit };
  What what = What::go;
  std::string word;          ///< go: who, by name or number; kill: whom; until: what; save: the file
  std::uint64_t number = 1;  ///< next, back: how many steps
};

/// A line that is not a command names the actor that goes. Throws UsageError.
StepCommand parse_step_command(std::string_view line);
/// All commands, one a line.
std::string step_help();
std::vector<std::string> step_command_names();

}  // namespace qs::cli
