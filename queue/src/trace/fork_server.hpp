// Runs a program many times: it starts once, and each run is a fork of it.
#pragma once

#include <mp/trace/session.hpp>

namespace mp::hook {

/// The calling process becomes the server: it forks a run whenever the session wants one, and never returns.
/// Returns in each forked run.
void run_fork_server(trace::Header& session) noexcept;

}  // namespace mp::hook
