#include "sim/capture/outside_look.hpp"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <iterator>

#include <fmt/format.h>

#include <mp/detail/file_descriptor.hpp>

#include "sim/process/process_tree.hpp"

namespace qs {

using mp::trace::Outside;

namespace {

namespace fs = std::filesystem;

/// What can be read of it: a process may go away meanwhile, and then a read fails.
std::string content_of(std::string const& path) {
  mp::detail::FileDescriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string content;
  char piece[4096];
  for (ssize_t got = 0; file && (got = ::read(file.number(), piece, sizeof piece)) > 0;)
    content.append(piece, static_cast<std::size_t>(got));
  return content;
}

/// The fields of a stat file that follow the name; [0] is the state.
std::vector<std::string> stat_fields(std::string const& path) {
  auto const text = content_of(path);
  auto const name_end = text.rfind(')');
  std::vector<std::string> fields;
  if (name_end == std::string::npos) return fields;
  for (auto at = name_end + 2; at < text.size();) {
    auto const end = std::min(text.find_first_of(" \n", at), text.size());
    fields.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return fields;
}

struct SystemCall {
  long number = -1;
  std::array<std::uint64_t, 6> arguments{};
};

/// Empty: it is in none, or that may not be known.
std::optional<SystemCall> system_call_of(std::string const& task) {
  SystemCall call;
  auto const text = content_of(task + "/syscall");
  auto& [a, b, c, d, e, f] = call.arguments;
  int const fields =
      std::sscanf(text.c_str(), "%ld %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64 " %" SCNx64,
                  &call.number, &a, &b, &c, &d, &e, &f);
  if (fields != 7 || call.number < 0) return {};
  return call;
}

bool is_milliseconds(std::uint64_t argument) { return static_cast<std::int32_t>(argument) >= 0; }

constexpr std::size_t no_argument = 6;

struct KnownCall {
  long number;
  char const* name;
  std::size_t timeout_pointer = no_argument;       ///< argument that points to a time-out, if it is not 0
  std::size_t timeout_milliseconds = no_argument;  ///< argument that is a time-out, if it is not negative
};

constexpr KnownCall known_calls[] = {
#ifdef SYS_poll
    {SYS_poll, "poll", no_argument, 2},
#endif
#ifdef SYS_select
    {SYS_select, "select", 4},
#endif
#ifdef SYS_epoll_wait
    {SYS_epoll_wait, "epoll_wait", no_argument, 3},
#endif
#ifdef SYS_pause
    {SYS_pause, "pause"},
#endif
    {SYS_ppoll, "poll", 2},
    {SYS_pselect6, "select", 4},
    {SYS_epoll_pwait, "epoll_wait", no_argument, 3},
    {SYS_rt_sigtimedwait, "sigwait", 2},
    {SYS_rt_sigsuspend, "sigsuspend"},
    {SYS_nanosleep, "nanosleep", 0},
    {SYS_clock_nanosleep, "clock_nanosleep", 2},
    {SYS_read, "read"},
    {SYS_pread64, "read"},
    {SYS_readv, "read"},
    {SYS_write, "write"},
    {SYS_writev, "write"},
    {SYS_flock, "flock"},
    {SYS_fcntl, "fcntl"},
    {SYS_accept, "accept"},
    {SYS_accept4, "accept"},
    {SYS_connect, "connect"},
    {SYS_recvfrom, "recv"},
    {SYS_recvmsg, "recv"},
    {SYS_sendto, "send"},
    {SYS_sendmsg, "send"},
    {SYS_msgrcv, "msgrcv"},
    {SYS_semop, "semop"},
};

void explain_futex(SeenThread& thread, SystemCall const& call, std::vector<pid_t> const& threads) {
  auto const operation = static_cast<unsigned>(call.arguments[1]);
  auto const expected = static_cast<pid_t>(static_cast<std::uint32_t>(call.arguments[2]));
  thread.words = "futex";
  if (call.arguments[3] != 0) {
    thread.what = Outside::sleeping;
  } else if (expected != thread.id && std::find(threads.begin(), threads.end(), expected) != threads.end()) {
    thread.what = Outside::thread_end;  // pthread_join: the kernel clears that word when the thread is gone
    thread.words = "pthread_join";
    thread.waits_for = expected;
  } else {
    thread.what = (operation & FUTEX_PRIVATE_FLAG) != 0 ? Outside::lock : Outside::input;
  }
}

void explain(SeenThread& thread, SystemCall const& call, std::vector<pid_t> const& threads) {
  auto const& arguments = call.arguments;
  switch (call.number) {
    case SYS_futex: return explain_futex(thread, call, threads);
    case SYS_wait4: {
      auto const child = static_cast<pid_t>(static_cast<std::int32_t>(arguments[0]));
      thread.what = Outside::child_exit;
      thread.words = "wait4";
      thread.waits_for = std::max(child, 0);
      return;
    }
    case SYS_waitid:
      thread.what = Outside::child_exit;
      thread.words = "waitid";
      thread.waits_for = arguments[0] == P_PID ? static_cast<pid_t>(arguments[1]) : 0;
      return;
    default: break;
  }
  auto const* const known = std::find_if(std::begin(known_calls), std::end(known_calls),
                                         [&](KnownCall const& one) { return one.number == call.number; });
  bool const is_known = known != std::end(known_calls);
  bool const limited =
      is_known &&
      ((known->timeout_pointer != no_argument && arguments[known->timeout_pointer] != 0) ||
       (known->timeout_milliseconds != no_argument && is_milliseconds(arguments[known->timeout_milliseconds])));
  thread.what = limited ? Outside::sleeping : Outside::input;
  thread.words = is_known ? known->name : fmt::format("system call {}", call.number);
}

}  // namespace

std::vector<SeenThread> threads_of(pid_t process) {
  auto const folder = fmt::format("/proc/{}/task", process);
  std::vector<pid_t> ids;
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    std::string const name = entry->path().filename();
    pid_t id = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), id).ec == std::errc{}) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  std::vector<SeenThread> threads;
  for (pid_t const id : ids) {
    auto const task = fmt::format("{}/{}", folder, id);
    auto const fields = stat_fields(task + "/stat");
    if (fields.empty() || fields[0] == "Z" || fields[0] == "X") continue;
    SeenThread thread{.id = id, .words = "on a processor"};
    if (fields[0] == "T" || fields[0] == "t") {
      thread.what = Outside::stopped;
      thread.words = "stopped by a signal or a debugger";
    } else if (auto const call = system_call_of(task)) {
      explain(thread, *call, ids);
    } else if (fields[0] != "R") {
      thread.what = Outside::input;
      thread.words = "in a system call";
    }
    threads.push_back(std::move(thread));
  }
  return threads;
}

std::optional<int> exit_code_of_zombie(pid_t process) {
  constexpr std::size_t exit_code = 49;  // field 52 of proc(5), counted from the state, which is field 3
  auto const fields = stat_fields(fmt::format("/proc/{}/stat", process));
  if (fields.size() <= exit_code || (fields[0] != "Z" && fields[0] != "X")) return {};
  int status = 0;
  auto const& text = fields[exit_code];
  if (std::from_chars(text.data(), text.data() + text.size(), status).ec != std::errc{}) return {};
  return exit_code_of(status);
}

std::string program_of(pid_t process) {
  std::error_code error;
  return fs::read_symlink(fmt::format("/proc/{}/exe", process), error).string();
}

bool has_mapped(pid_t process, int file) {
  struct stat facts {};
  auto const maps = content_of(fmt::format("/proc/{}/maps", process));
  if (maps.empty() || fstat(file, &facts) != 0) return true;
  return maps.find(fmt::format(" {} ", facts.st_ino)) != std::string::npos;
}

}  // namespace qs
