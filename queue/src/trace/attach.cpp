#include "trace/attach.hpp"

#include <unistd.h>

#include <mutex>

#include "trace/fork_server.hpp"
#include "trace/gate.hpp"
#include "trace/hook.hpp"
#include "trace/mapped_session.hpp"
#include "trace/recorder_watch.hpp"

namespace mp::hook {

void attach() noexcept {
  static std::once_flag once;
  std::call_once(once, [] {
    trace::SessionView const session = map_session();
    if (!session) return;
    watch_recorder(session.facts.recorder_pid);
    if (session.facts.many_runs) run_fork_server(*session.header);
    record_into(session);
    EventFields const begin{.object = self(), .argument = getpid()};
    gate::pass({Kind::program_begin, begin});
    emit(Kind::program_begin, begin);
  });
}

}  // namespace mp::hook
