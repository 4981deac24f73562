// The children of this process, including adopted orphans.
#pragma once

#include <sys/types.h>

#include <optional>
#include <set>

namespace qs {

/// Orphaned descendants become children of this process from now on.
void adopt_orphans();
std::set<pid_t> children();
/// Whether it is stopped by SIGSTOP, a terminal or a debugger.
[[nodiscard]] bool is_stopped(pid_t pid);
/// Exit code, or a signal's number, negative.
int exit_code_of(int wait_status);
/// Kills and reaps all children except `spared`, and the orphans they leave, until none is left.
void kill_children(std::set<pid_t> const& spared = {});

}  // namespace qs
