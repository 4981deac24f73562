// What a program and its descendants may use, so that an unknown program does no harm.
#pragma once

#include <cstdint>
#include <string>

namespace qs {

/// 0: no limit.
struct ProcessLimits {
  std::uint32_t processes = 0;    ///< processes and threads that live at one time, in all
  std::uint64_t memory = 0;       ///< bytes, in all; also what one process may allocate
  std::uint32_t cpu_seconds = 0;  ///< of one process
  std::uint64_t file_size = 0;    ///< bytes to which a process may write a file, its output included

  friend bool operator==(ProcessLimits const&, ProcessLimits const&) = default;
};

/// Those that the supervisor watches: it ends the program. The kernel ends a process at the others.
enum class Limit : std::uint8_t { processes, memory };

/// As the supervisor's executable takes them; limits_of() of it gives the same.
std::string to_word(ProcessLimits const&);
/// No limits where the word makes no sense.
ProcessLimits limits_of(std::string const& word);

}  // namespace qs
