#include "trace/fork_server.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <ctime>

#include <mp/detail/futex.hpp>

#include "trace/recorder_watch.hpp"

namespace mp::hook {

void run_fork_server(trace::Header& session) noexcept {
  session.server_pid.store(getpid());
  for (std::uint32_t run = 1;; ++run) {
    for (std::uint32_t wanted = session.runs_wanted.load(); wanted < run; wanted = session.runs_wanted.load()) {
      timespec const second{1, 0};
      mp::detail::futex_wait(session.runs_wanted, wanted, &second);
      exit_if_recorder_died();
    }
    pid_t const child = fork();
    if (child == 0) return;
    while (child > 0 && waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    session.runs_over.store(run);
    mp::detail::futex_wake(session.runs_over);
  }
}

}  // namespace mp::hook
