// Who has a queue open, when slots of dead processes are reused.
#include <sys/wait.h>
#include <unistd.h>

#include <new>

#include <doctest/doctest.h>

#include "hardened/open_handles.hpp"
#include "tests/queue/hardened/single_step.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/shared.hpp"

using mp::detail::OpenHandles;
using mp::detail::ProcessIdentity;

namespace {

pid_t dead_process() {
  pid_t const child = fork();
  REQUIRE(child >= 0);
  if (child == 0) _exit(0);
  REQUIRE(waitpid(child, nullptr, 0) == child);
  return child;
}

}  // namespace

TEST_CASE("open handles: a process is registered until it leaves or dies") {
  tests::Shared<OpenHandles> handles;
  CHECK_FALSE(handles->others(1));
  handles->enter(ProcessIdentity::mine());
  handles->enter(ProcessIdentity::mine());
  CHECK(handles->others(1));
  CHECK_FALSE(handles->others(getpid()));
  handles->leave(getpid());
  CHECK_FALSE(handles->others(1));
  handles->enter({dead_process(), 5});
  CHECK_FALSE(handles->others(1));
}

TEST_CASE("open handles: a parent that registers its child does not erase the child's own entry") {
  tests::Shared<OpenHandles> handles;
  ProcessIdentity const mine = ProcessIdentity::mine();
  handles->enter(mine);
  handles->enter({mine.pid, 0});
  CHECK(handles->others(1));
  tests::Shared<OpenHandles> reused;  // an entry of an earlier process with this process's id
  reused->enter({mine.pid, mine.start + 1});
  CHECK_FALSE(reused->others(1));
  reused->enter(mine);
  CHECK(reused->others(1));
}

#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)  // it takes minutes with their instructions

TEST_CASE("open handles: a slot that is being reused is not taken away by another process, at any instruction") {
  pid_t const dead = dead_process();
  tests::Apart const other([] { tests::sleep_for_ever(); });
  ProcessIdentity const mine = ProcessIdentity::mine();
  OpenHandles handles;
  bool long_enough = true;
  for (int step = 1; long_enough; ++step) {
    new (&handles) OpenHandles{};
    handles.enter({dead, 1});
    long_enough = tests::interrupted_after(
        step, [&] { handles.enter(mine); },
        [&] {
          handles.enter({other.pid(), 0});
        });
    CAPTURE(step);
    REQUIRE(handles.others(other.pid()));
  }
}

#endif
