#include "team.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace benchmarks {

namespace {

using namespace std::chrono_literals;

/// The number behind `key` in a file of /proc, in bytes; the file says kB.
std::uint64_t bytes_in(std::string const& path, std::string const& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) return std::stoull(line.substr(key.size())) * 1024;
  }
  return 0;
}

void wait_for_end(int descriptor) {
  char nothing;
  while (read(descriptor, &nothing, 1) < 0 && errno == EINTR) {
  }
}

[[noreturn]] void sleep_for_ever() {
  for (;;) pause();
}

}  // namespace

Team::Team(std::size_t places) : size_(places) {
  // Whose parent is killed becomes a child of this process, and is waited for in the destructor.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  memory_ = memfd_create("board", 0);
  if (memory_ < 0 || ftruncate(memory_, sizeof(Board)) != 0 || pipe(gate_) != 0) {
    throw std::system_error(errno, std::generic_category(), "no memory or pipe for the benchmark");
  }
  fcntl(gate_[1], F_SETFD, FD_CLOEXEC);
  void* const memory = mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED, memory_, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  board_ = static_cast<Board*>(memory);  // zeros are its beginning
}

Team::~Team() {
  for (auto const child : children_) kill(-child, SIGKILL);
  for (;;) {
    if (waitpid(-1, nullptr, 0) < 0 && errno != EINTR) break;
  }
  munmap(board_, sizeof(Board));
  for (int const descriptor : {memory_, gate_[0], gate_[1]}) {
    if (descriptor >= 0) close(descriptor);
  }
}

pid_t Team::start(std::function<void()> const& body) {
  pid_t const parent = getpid();
  pid_t const child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    close(gate_[1]);
    try {
      body();
    } catch (std::exception const& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    _exit(1);
  }
  setpgid(child, child);  // here as well: it may be killed before it runs
  children_.push_back(child);
  return child;
}

void Team::fork_at(std::size_t index, std::function<void(Place&)> const& work) {
  forked_ = true;
  start([&] {
    Place& place = board_->places[index];
    place.process = static_cast<std::uint64_t>(getpid());
    wait_for_end(gate_[0]);
    work(place);
    place.finished = 1;
    sleep_for_ever();
  });
}

void Team::execute(std::vector<std::string> arguments) {
  start([&] {
    arguments.push_back(std::to_string(memory_));
    arguments.push_back(std::to_string(gate_[0]));
    std::vector<char*> pointers;
    for (auto& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    execv(pointers[0], pointers.data());
    throw std::system_error(errno, std::generic_category(), arguments[0]);
  });
}

void Team::open() {
  auto const latest = std::chrono::steady_clock::now() + 20s;
  for (auto& place : places()) {
    while (place.process == 0) {
      check();
      if (std::chrono::steady_clock::now() > latest) throw std::runtime_error("its processes did not start in 20 s");
      std::this_thread::sleep_for(1ms);
    }
  }
  std::this_thread::sleep_for(2ms);  // now they sleep at the gate
  if (forked_) inherited_memory_ = proportional_memory();
  close(gate_[1]);
  gate_[1] = -1;
}

void Team::check() const {
  siginfo_t ended{};
  if (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0) {
    throw std::runtime_error("a process ended by itself, with " + std::to_string(ended.si_status));
  }
}

std::string Team::states() const {
  std::string all = "its processes:";
  for (auto const& place : places()) {
    std::string const folder = "/proc/" + std::to_string(place.process);
    std::string stat, where;
    std::getline(std::ifstream(folder + "/stat"), stat);
    std::getline(std::ifstream(folder + "/wchan"), where);
    auto const name_end = stat.rfind(')');
    all += name_end == std::string::npos ? " gone" : " " + stat.substr(name_end + 2, 1) + "(" + where + ")";
  }
  return all;
}

std::chrono::nanoseconds Team::processor_time() const {
  std::chrono::nanoseconds sum{};
  for (auto const& place : places()) {
    clockid_t clock = 0;
    timespec time{};
    if (clock_getcpuclockid(static_cast<pid_t>(place.process.load()), &clock) == 0 &&
        clock_gettime(clock, &time) == 0) {
      sum += std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
    }
  }
  return sum;
}

std::uint64_t Team::proportional_memory() const {
  std::uint64_t sum = 0;
  for (auto const& place : places()) {
    sum += bytes_in("/proc/" + std::to_string(place.process) + "/smaps_rollup", "Pss:");
  }
  return sum - std::min(sum, inherited_memory_);
}

std::uint64_t Team::peak_memory() const {
  std::uint64_t sum = 0;
  for (auto const& place : places()) sum += bytes_in("/proc/" + std::to_string(place.process) + "/status", "VmHWM:");
  return sum;
}

}  // namespace benchmarks
