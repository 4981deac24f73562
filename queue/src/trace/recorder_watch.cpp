#include "trace/recorder_watch.hpp"

#include <unistd.h>

#include <mp/detail/process_stat.hpp>

#include "base/process_identity.hpp"

namespace mp::hook {

namespace {
mp::detail::ProcessIdentity recorder;  // inherited by forked children
}

void watch_recorder(pid_t pid) noexcept {
  recorder = {pid, mp::detail::process_stat(pid).start};
  if (pid <= 0 || !recorder.alive()) recorder = {};
}

bool recorder_died() noexcept { return recorder.pid != 0 && !recorder.alive(); }

void exit_if_recorder_died() noexcept {
  if (recorder_died()) _exit(1);
}

}  // namespace mp::hook
