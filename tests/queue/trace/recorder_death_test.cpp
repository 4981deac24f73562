// A process that waits for its controller ends when the controller dies.
#include <csignal>
#include <functional>

#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/queue/trace/own_session.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/shared.hpp"
#include "trace/fork_server.hpp"
#include "trace/gate.hpp"
#include "trace/hook.hpp"
#include "trace/recorder_watch.hpp"

namespace {

/// Starts `program` under a controller that then dies, and waits until the program has ended too.
void check_ends_with_controller(std::function<void(tests::OwnSession&)> const& program,
                                std::function<bool(tests::OwnSession&)> const& waits) {
  tests::Shared<pid_t> started;
  tests::Flag waiting;
  tests::Apart controller([&] {
    tests::OwnSession session;
    session.header().gate = mp::trace::Gate::closed;
    pid_t const child = fork();
    if (child == 0) {
      mp::hook::watch_recorder(session.view().facts.recorder_pid);
      program(session);
      _exit(0);
    }
    *started = child;
    tests::wait_until([&] { return waits(session); });
    waiting.raise();
    tests::sleep_for_ever();
  });
  waiting.wait();
  CHECK(tests::state_of(*started) != 0);
  REQUIRE(kill(controller.pid(), SIGKILL) == 0);
  tests::wait_until([&] { return tests::state_of(*started) == 0 || tests::state_of(*started) == 'Z'; });
}

}  // namespace

TEST_CASE("a process that waits at the gate ends when its controller dies") {
  check_ends_with_controller(
      [](tests::OwnSession& session) {
        mp::hook::record_into(session.view());
        mp::gate::pass({mp::hook::Kind::note});
      },
      [](tests::OwnSession& session) {
        return session.view().actor(0).gate.state.load() == mp::trace::GateState::parked;
      });
}

TEST_CASE("a fork server ends when its controller dies") {
  check_ends_with_controller([](tests::OwnSession& session) { mp::hook::run_fork_server(session.header()); },
                             [](tests::OwnSession& session) { return session.header().server_pid.load() != 0; });
}

TEST_CASE("a controller in another pid namespace does not count as dead") {
  auto const ended = tests::run_apart([] {
    mp::hook::watch_recorder(0x7ffffff0);  // above every process id
    mp::hook::exit_if_recorder_died();
    _exit(7);
  });
  CHECK(ended.code == 7);
}
