#include "sim/process/process_tree.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <mp/detail/process_stat.hpp>
#include <string>
#include <thread>

namespace qs {

void adopt_orphans() { prctl(PR_SET_CHILD_SUBREAPER, 1); }

std::set<pid_t> children() {
  std::set<pid_t> found;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator("/proc", error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::string const name = entry->path().filename();
    pid_t pid = 0;
    auto const [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (wrong != std::errc{} || end != name.data() + name.size()) continue;
    if (mp::detail::process_stat(pid).parent == getpid()) found.insert(pid);
  }
  return found;
}

bool is_stopped(pid_t pid) {
  char const state = mp::detail::process_stat(pid).state;
  return state == 'T' || state == 't';
}

int exit_code_of(int wait_status) {
  return WIFSIGNALED(wait_status) ? -WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

void kill_children(std::set<pid_t> const& spared) {
  for (;;) {
    auto mine = children();
    std::erase_if(mine, [&](pid_t pid) { return spared.contains(pid); });
    if (mine.empty()) return;
    for (pid_t const pid : mine) kill(pid, SIGKILL);
    // Their own children become children of this process, for the next round.
    for (pid_t const pid : mine) {
      while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
  }
}

}  // namespace qs
