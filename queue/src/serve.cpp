#include "serve.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "hook.hpp"

namespace mp::hook {

namespace {

std::uint32_t* futex(std::atomic<std::uint32_t>& word) { return reinterpret_cast<std::uint32_t*>(&word); }

}  // namespace

void serve_runs() noexcept {
  trace::Header& session = hook::session();
  session.server_pid.store(getpid());
  for (std::uint32_t run = 1;; ++run) {
    for (std::uint32_t wanted = session.runs_wanted.load(); wanted < run; wanted = session.runs_wanted.load()) {
      syscall(SYS_futex, futex(session.runs_wanted), FUTEX_WAIT, wanted, nullptr, nullptr, 0);
    }
    pid_t const child = fork();
    if (child == 0) return;
    while (child > 0 && waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    session.runs_over.store(run);
    syscall(SYS_futex, futex(session.runs_over), FUTEX_WAKE, INT32_MAX, nullptr, nullptr, 0);
  }
}

}  // namespace mp::hook
