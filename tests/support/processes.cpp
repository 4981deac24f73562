#include "tests/support/processes.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace tests {

namespace {

/// The state and the ppid follow the name, which may contain any characters.
std::pair<char, pid_t> status_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  std::getline(file, line);
  auto const bracket = line.rfind(')');
  if (bracket == std::string::npos) return {};
  std::istringstream rest(line.substr(bracket + 1));
  char state = 0;
  pid_t parent = 0;
  rest >> state >> parent;
  return {state, parent};
}

[[noreturn]] void run_and_exit(std::function<void()> const& body) {
  try {
    body();
  } catch (std::exception const& error) {
    std::fprintf(stderr, "%s\n", error.what());
    std::exit(101);
  }
  std::exit(0);
}

int code_of(int status) { return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status); }

int wait_for_code(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) throw std::runtime_error("waitpid failed");
  }
  return code_of(status);
}

pid_t fork_flushed() {
  std::fflush(nullptr);
  pid_t const pid = fork();
  if (pid < 0) throw std::runtime_error("fork failed");
  return pid;
}

}  // namespace

std::vector<pid_t> numbers_in(std::string const& folder) {
  std::vector<pid_t> numbers;
  if (DIR* const open = opendir(folder.c_str())) {
    while (dirent const* const entry = readdir(open)) {
      if (int const number = std::atoi(entry->d_name); number > 0) numbers.push_back(number);
    }
    closedir(open);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

pid_t parent_of(pid_t process) { return status_of(process).second; }
char state_of(pid_t process) { return status_of(process).first; }

std::vector<pid_t> descendants(pid_t process) {
  auto const everybody = numbers_in("/proc");
  std::vector<pid_t> family{process};
  for (std::size_t index = 0; index < family.size(); ++index) {
    for (auto const candidate : everybody) {
      if (parent_of(candidate) == family[index]) family.push_back(candidate);
    }
  }
  family.erase(family.begin());
  return family;
}

void must(bool holds, int line) {
  if (holds) return;
  std::fprintf(stderr, "a condition in line %d does not hold\n", line);
  _exit(99);
}

Ended run_apart(std::function<void()> const& body) {
  int out[2], err[2];
  if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
  pid_t const pid = fork_flushed();
  if (pid == 0) {
    dup2(out[1], STDOUT_FILENO);
    dup2(err[1], STDERR_FILENO);
    run_and_exit(body);
  }
  close(out[1]);
  close(err[1]);
  Ended ended;
  pollfd waiting[2] = {{out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
  std::string* const texts[2] = {&ended.out, &ended.err};
  while (waiting[0].fd >= 0 || waiting[1].fd >= 0) {
    if (poll(waiting, 2, -1) < 0) continue;
    for (int index = 0; index < 2; ++index) {
      if (waiting[index].fd < 0 || waiting[index].revents == 0) continue;
      char piece[4096];
      ssize_t const got = read(waiting[index].fd, piece, sizeof piece);
      if (got > 0) {
        texts[index]->append(piece, static_cast<std::size_t>(got));
      } else if (got == 0) {
        close(waiting[index].fd);
        waiting[index].fd = -1;
      }
    }
  }
  ended.code = wait_for_code(pid);
  return ended;
}

Apart::Apart(std::function<void()> const& body) : pid_(fork_flushed()) {
  if (pid_ == 0) run_and_exit(body);
}
Apart::~Apart() {
  if (reaped_) return;
  for (auto const process : descendants(pid_)) kill(process, SIGKILL);
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  // Its children were reparented to this process, their subreaper.
  while (waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}
int Apart::code() {
  if (!reaped_) {
    code_ = wait_for_code(pid_);
    reaped_ = true;
  }
  return code_;
}
bool Apart::hangs() {
  for (int look = 0; look < 40; ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
    char const state = state_of(pid_);
    if (state == 'Z' || state == 0) return false;
  }
  return true;
}

Flag::Flag() : descriptor_(eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE)) {}
Flag::~Flag() { close(descriptor_); }
void Flag::raise(unsigned times) {
  std::uint64_t const count = times;
  if (write(descriptor_, &count, sizeof count) != sizeof count) throw std::runtime_error("eventfd");
}
void Flag::wait() {
  std::uint64_t count = 0;
  while (read(descriptor_, &count, sizeof count) < 0) {
    if (errno != EINTR) throw std::runtime_error("eventfd");
  }
}

void wait_until(std::function<bool()> const& holds) {
  while (!holds()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

}  // namespace tests
