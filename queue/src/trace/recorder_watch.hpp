// Watches the process that records and controls this one, so that a wait for it ends with its death.
#pragma once

#include <sys/types.h>

namespace mp::hook {

/// Sets the process to watch. A process that is not visible here (in another pid namespace) never counts as dead.
void watch_recorder(pid_t pid) noexcept;

/// Makes system calls.
[[nodiscard]] bool recorder_died() noexcept;

/// Ends this process if its recorder has died: no one else could let the process proceed.
void exit_if_recorder_died() noexcept;

}  // namespace mp::hook
