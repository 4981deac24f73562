#include "sim/process/supervisor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "sim/process/process_tree.hpp"

namespace qs {

namespace {

constexpr int longest_clearing_ms = 10'000;

struct Pipe {
  mp::detail::FileDescriptor read, write;
};

bool make_pipe(Pipe& result) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return false;
  result = {mp::detail::FileDescriptor(ends[0]), mp::detail::FileDescriptor(ends[1])};
  return true;
}

/// Owns the two argument objects of posix_spawn.
struct SpawnSetup {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;

  SpawnSetup() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSetup(SpawnSetup const&) = delete;
  SpawnSetup& operator=(SpawnSetup const&) = delete;

  /// Keeps this descriptor open in the child; all others are closed on exec.
  void inherit(int descriptor) { posix_spawn_file_actions_adddup2(&actions, descriptor, descriptor); }
};

/// As exec takes them.
std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

Supervisor::Supervisor(SupervisorOptions const& options) {
  if (options.command.empty()) {
    error_ = "there is no program to start";
    nobody_left_ = true;
    return;
  }
  program_ = options.command.front();
  not_mine_ = children();
  adopt_orphans();  // if the supervisor dies, its children come to this process
  spawn(options);
}

void Supervisor::spawn(SupervisorOptions const& options) {
  auto const fail = [this](int error) {
    error_ = fmt::format("cannot start {}: {}", program_, std::strerror(error));
    nobody_left_ = true;
  };
  Pipe control, status;
  if (!make_pipe(control) || !make_pipe(status)) return fail(errno);
  fcntl(status.read.number(), F_SETFL, O_NONBLOCK);

  SpawnSetup setup;
  setup.inherit(control.read.number());
  setup.inherit(status.write.number());
  if (options.session >= 0) setup.inherit(options.session);
  if (options.silent) {
    posix_spawn_file_actions_addopen(&setup.actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&setup.actions, STDOUT_FILENO, STDERR_FILENO);
  }
  if (options.output >= 0) {
    posix_spawn_file_actions_addopen(&setup.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&setup.actions, options.output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&setup.actions, options.output, STDERR_FILENO);
  }
  if (options.output_to_stderr) posix_spawn_file_actions_adddup2(&setup.actions, STDERR_FILENO, STDOUT_FILENO);

  std::string const executable = options.executable.empty() ? "/proc/self/exe" : options.executable;
  std::vector<std::string> words = {"queuescope",
                                    supervise_command,
                                    std::to_string(control.read.number()),
                                    std::to_string(status.write.number()),
                                    std::to_string(options.session),
                                    to_word(options.limits)};
  words.insert(words.end(), options.command.begin(), options.command.end());
  std::vector<std::string> variables = options.environment;  // the first of equal names counts
  for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);

  int const error = posix_spawn(&pid_, executable.c_str(), &setup.actions, &setup.attributes, pointers_to(words).data(),
                                pointers_to(variables).data());
  if (error != 0) {
    pid_ = -1;
    return fail(error);
  }
  control_ = std::move(control.write);
  status_ = std::move(status.read);
}

Supervisor::~Supervisor() { kill_all(); }

void Supervisor::poll() {
  while (pid_ > 0) {
    SupervisorReport report;
    ssize_t const got = read(status_.number(), &report, sizeof report);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return;
    if (got != sizeof report) return wait_for_supervisor();
    switch (report.what) {
      case SupervisorReport::What::not_started:
        error_ = fmt::format("cannot start {}: {}", program_, std::strerror(report.value));
        break;
      case SupervisorReport::What::program_ended: exit_code_ = report.value; [[fallthrough]];
      case SupervisorReport::What::orphan_ended: ended_.emplace_back(report.pid, report.value); break;
      case SupervisorReport::What::limit_reached: limit_reached_ = static_cast<Limit>(report.value); break;
      case SupervisorReport::What::nobody_left: nobody_left_ = true; break;
    }
  }
}

/// Called when the supervisor has closed the status pipe: it has finished, or died.
void Supervisor::wait_for_supervisor() {
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (nobody_left_) return;
  kill_children(not_mine_);
  nobody_left_ = true;
}

void Supervisor::kill_all() {
  control_.close();
  while (pid_ > 0) {
    pollfd waiting{status_.number(), POLLIN, 0};
    int const ready = ::poll(&waiting, 1, longest_clearing_ms);
    if (ready == 0) kill(pid_, SIGKILL);  // it is stopped, for example; its orphans come to this process
    poll();
  }
}

}  // namespace qs
