#include "trace/attach.hpp"

#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <mutex>
#include <string>

#include "trace/fork_server.hpp"
#include "trace/gate.hpp"
#include "trace/hook.hpp"
#include "trace/mapped_session.hpp"
#include "trace/recorder_watch.hpp"

namespace mp::hook {

namespace {

std::terminate_handler terminate_before;

/// Records an uncaught exception, of the root process or of a thread, before the program ends.
[[noreturn]] void record_and_terminate() noexcept {
  std::string words = "terminate was called";
  if (auto const thrown = std::current_exception()) {
    try {
      std::rethrow_exception(thrown);
    } catch (std::exception const& error) {
      words = error.what();
    } catch (...) {
      words = "an exception that is no std::exception";
    }
  }
  emit(Kind::uncaught, {}, words);
  if (terminate_before != nullptr) terminate_before();
  std::abort();
}

}  // namespace

void attach() noexcept {
  static std::once_flag once;
  std::call_once(once, [] {
    trace::SessionView const session = map_session();
    if (!session) return;
    watch_recorder(session.facts.recorder_pid);
    if (session.facts.many_runs) run_fork_server(*session.header);
    record_into(session);
    terminate_before = std::set_terminate(record_and_terminate);
    EventFields const begin{.object = self(), .argument = getpid()};
    gate::pass({Kind::program_begin, begin});
    emit(Kind::program_begin, begin);
  });
}

}  // namespace mp::hook
