// The process that records and controls this one. Whoever waits for it must notice its death.
#pragma once

#include <sys/types.h>

namespace mp::hook {

/// From now on the other functions ask for that process. A process that this one cannot see (from another pid
/// namespace) is not watched, and never counts as dead.
void watch_recorder(pid_t pid) noexcept;

/// Asks the system.
[[nodiscard]] bool recorder_died() noexcept;

/// Ends this process if its recorder has died: without it, nobody can ever let the process go on.
void exit_if_recorder_died() noexcept;

}  // namespace mp::hook
