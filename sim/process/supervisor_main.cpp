// The supervisor process: starts the program and ends whatever is left of it. See supervisor.hpp.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <mp/trace/session.hpp>
#include <string>

#include "sim/process/limit_watch.hpp"
#include "sim/process/process_tree.hpp"
#include "sim/process/python_hooks.hpp"
#include "sim/process/supervisor.hpp"

namespace qs {

namespace {

struct SupervisorSetup {
  int control;
  int status;
  int session;
  char** program;
  int item_ids;
  ProcessLimits limits;
};

void send_report(SupervisorSetup const& setup, SupervisorReport::What what, int value = 0, pid_t pid = 0) {
  SupervisorReport const report{what, value, pid};
  // A failed write needs no handling: the end of the reader closes the control pipe, too.
  (void)!write(setup.status, &report, sizeof report);
}

/// The terminal's signals are for queuescope, which then ends the run.
void ignore_signals() {
  for (int const number : {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE}) signal(number, SIG_IGN);
}

std::string path_of(pid_t process, int descriptor) {
  return "/proc/" + std::to_string(process) + "/fd/" + std::to_string(descriptor);
}

/// In the child. SIGINT stays ignored in the program, so that Ctrl-C leaves it in the state that made the user press
/// it.
[[noreturn]] void exec_program(SupervisorSetup const& setup, pid_t supervisor, int failure, ForkGuard& guard) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != supervisor) _exit(1);  // the supervisor died before prctl()
  for (int const number : {SIGQUIT, SIGTERM, SIGHUP, SIGPIPE}) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (setup.session >= 0) {
    setenv(mp::trace::session_variable, std::to_string(setup.session).c_str(), 1);
    // For processes that inherit no descriptors, such as Python's spawned children.
    setenv(mp::trace::session_path_variable, path_of(supervisor, setup.session).c_str(), 1);
    if (setup.item_ids >= 0) setenv(mp::trace::item_ids_variable, path_of(supervisor, setup.item_ids).c_str(), 1);
    add_python_hooks();
  }
  limit_this_process(setup.limits);
  guard.install();
  execvp(setup.program[0], setup.program);
  int const error = errno;
  (void)!write(failure, &error, sizeof error);
  _exit(127);
}

/// The program's pid, or -1 after reporting why it could not be started.
pid_t start_program(SupervisorSetup const& setup, ForkGuard& guard) {
  int failure[2];
  pid_t const supervisor = getpid();
  pid_t const pid = pipe2(failure, O_CLOEXEC) == 0 ? fork() : -1;
  if (pid < 0) {
    send_report(setup, SupervisorReport::What::not_started, errno);
    return -1;
  }
  if (pid == 0) exec_program(setup, supervisor, failure[1], guard);
  close(failure[1]);
  int error = 0;
  ssize_t got = 0;
  do {
    got = read(failure[0], &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  close(failure[0]);
  if (got == 0) return pid;  // closed by the exec
  send_report(setup, SupervisorReport::What::not_started, error);
  return -1;
}

/// Reaps dead children. False when there are none left.
bool reap(SupervisorSetup const& setup, pid_t program) {
  for (;;) {
    int status = 0;
    pid_t const pid = waitpid(-1, &status, WNOHANG);
    if (pid == 0) return true;
    if (pid < 0 && errno == EINTR) continue;
    if (pid < 0) return false;
    auto const what = pid == program ? SupervisorReport::What::program_ended : SupervisorReport::What::orphan_ended;
    send_report(setup, what, exit_code_of(status), pid);
  }
}

/// Runs until all children have ended by themselves, a limit is reached, or the control pipe is closed.
void wait_for_children(SupervisorSetup const& setup, pid_t program, int deaths, ForkGuard& guard) {
  LimitWatch watch(setup.limits, guard);
  while (reap(setup, program)) {
    pollfd waiting[3] = {{setup.control, POLLIN, 0}, {deaths, POLLIN, 0}, {guard.descriptor(), POLLIN, 0}};
    int const ready = poll(waiting, 3, watch.interval_ms());
    if (auto const limit = watch.check(ready > 0 && waiting[2].revents != 0)) {
      return send_report(setup, SupervisorReport::What::limit_reached, static_cast<int>(*limit));
    }
    if (ready <= 0) continue;
    if (waiting[0].revents != 0) return;
    signalfd_siginfo death;
    if (waiting[1].revents != 0) (void)!read(deaths, &death, sizeof death);
  }
}

}  // namespace

int supervisor_main(int argc, char** argv) {
  if (argc < 7) return 2;
  SupervisorSetup const setup{std::atoi(argv[2]), std::atoi(argv[3]), std::atoi(argv[4]),
                              argv + 6,           make_item_ids(),    limits_of(argv[5])};
  fcntl(setup.control, F_SETFD, FD_CLOEXEC);
  fcntl(setup.status, F_SETFD, FD_CLOEXEC);
  ignore_signals();
  adopt_orphans();

  sigset_t death;
  sigemptyset(&death);
  sigaddset(&death, SIGCHLD);
  sigprocmask(SIG_BLOCK, &death, nullptr);
  int const deaths = signalfd(-1, &death, SFD_CLOEXEC | SFD_NONBLOCK);

  // With the guard, each fork of the program waits for an answer from here.
  ForkGuard guard(setup.limits.processes > 0);
  pid_t const program = start_program(setup, guard);
  if (program > 0) guard.attach();
  wait_for_children(setup, program, deaths, guard);
  kill_children();
  send_report(setup, SupervisorReport::What::nobody_left);
  return 0;
}

}  // namespace qs
