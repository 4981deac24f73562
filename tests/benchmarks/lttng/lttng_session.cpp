#include "lttng_session.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "lttng_peer.h"

namespace benchmarks {

namespace {

using namespace std::chrono_literals;

/// Starts it silently; it dies with this process.
pid_t start(std::vector<std::string> command) {
  pid_t const child = fork();
  if (child != 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  int const nothing = open("/dev/null", O_RDWR);
  for (int const standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nothing, standard);
  std::vector<char*> arguments;
  for (auto& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

bool run(std::vector<std::string> command) {
  int status = 0;
  return waitpid(start(std::move(command)), &status, 0) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool comes_true(std::function<bool()> const& condition) {
  auto const latest = std::chrono::steady_clock::now() + 10s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > latest) return false;
    std::this_thread::sleep_for(50ms);
  }
  return true;
}

bool daemon_answers() { return run({"lttng", "--no-sessiond", "list"}); }

}  // namespace

LttngSession::LttngSession() : name_("hook_benchmark_" + std::to_string(getpid())) {
  if (!daemon_answers()) daemon_ = start({"lttng-sessiond", "--no-kernel"});
  char const* failure = nullptr;
  if (!comes_true(daemon_answers)) {
    failure = "there is no lttng-sessiond (lttng-tools)";
  } else if (!run({"lttng", "create", name_, "--snapshot", "--output", "/tmp/" + name_}) ||
             !run({"lttng", "enable-event", "--session", name_, "--userspace", "queuescope_benchmark:*"}) ||
             !run({"lttng", "start", name_})) {
    failure = "lttng-sessiond made no session";
  } else if (!comes_true([] { return lttng_records() != 0; })) {
    failure = "lttng-sessiond does not see this process";
  }
  if (failure == nullptr) return;
  end();
  throw std::runtime_error(failure);
}

LttngSession::~LttngSession() { end(); }

void LttngSession::end() noexcept {
  run({"lttng", "--no-sessiond", "destroy", name_});
  std::error_code ignored;
  std::filesystem::remove_all("/tmp/" + name_, ignored);
  if (daemon_ > 0) {
    kill(daemon_, SIGTERM);
    waitpid(daemon_, nullptr, 0);
  }
}

}  // namespace benchmarks
