// The children of this process, orphans that came to it included.
#pragma once

#include <sys/types.h>

#include <optional>
#include <set>

namespace qs {

/// Orphaned descendants become children of this process from now on.
void adopt_orphans();
std::set<pid_t> children();
/// By SIGSTOP, a terminal or a debugger.
bool is_stopped(pid_t pid);
/// Exit code, or a signal's number, negative.
int exit_code_of(int wait_status);
/// Kills and reaps all children but the spared ones, and theirs, and so on, till none is left.
void kill_children(std::set<pid_t> const& spared = {});

}  // namespace qs
