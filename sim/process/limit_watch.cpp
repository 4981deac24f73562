#include "sim/process/limit_watch.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <mp/detail/process_stat.hpp>
#include <string>
#include <vector>

namespace qs {

namespace {

constexpr std::chrono::milliseconds look_every{100}, look_often{5};
/// Memory that a process shares with the recorder, and the libraries that it maps.
constexpr std::uint64_t mapped_room = std::uint64_t{1} << 30;

#if defined(__x86_64__)
constexpr std::uint32_t native = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t native = AUDIT_ARCH_AARCH64;
#else
constexpr std::uint32_t native = 0;
#endif

/// The descriptor of the notifications; negative where the kernel has none. The filter lets everything else pass, but
/// kills who calls by another architecture's numbers.
int notify_of_forks() {
  if (native == 0) return -1;
  std::vector<std::uint32_t> const forks{
      SYS_clone,
      SYS_clone3,
#ifdef SYS_fork
      SYS_fork,
      SYS_vfork,
#endif
  };
  auto const load = [](std::size_t offset) {
    return sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
  };
  std::vector<sock_filter> program{
      load(offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, native, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      load(offsetof(seccomp_data, nr)),
  };
  for (std::size_t index = 0; index < forks.size(); ++index) {
    auto const to_the_notification = static_cast<std::uint8_t>(forks.size() - index);
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, forks[index], to_the_notification, 0));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF));
  sock_fprog const filter{static_cast<unsigned short>(program.size()), program.data()};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return static_cast<int>(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter));
}

union DescriptorMessage {
  cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int))];
};

void send_descriptor(int socket, int descriptor) {
  char byte = 0;
  iovec data{&byte, 1};
  DescriptorMessage control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  cmsghdr* const part = CMSG_FIRSTHDR(&message);
  part->cmsg_level = SOL_SOCKET;
  part->cmsg_type = SCM_RIGHTS;
  part->cmsg_len = CMSG_LEN(sizeof descriptor);
  std::memcpy(CMSG_DATA(part), &descriptor, sizeof descriptor);
  (void)!sendmsg(socket, &message, MSG_NOSIGNAL);
}

int receive_descriptor(int socket) {
  char byte = 0;
  iovec data{&byte, 1};
  DescriptorMessage control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = &control;
  message.msg_controllen = sizeof control;
  int descriptor = -1;
  if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) <= 0) return -1;
  cmsghdr* const part = CMSG_FIRSTHDR(&message);
  if (part != nullptr && part->cmsg_type == SCM_RIGHTS) std::memcpy(&descriptor, CMSG_DATA(part), sizeof descriptor);
  return descriptor;
}

void limit(int resource, std::uint64_t most) {
  rlimit const both{most, most};
  setrlimit(static_cast<__rlimit_resource_t>(resource), &both);
}

/// All living descendants of this process, orphans included: it adopts them.
std::vector<std::pair<pid_t, long>> descendants_and_their_threads() {
  std::multimap<pid_t, std::pair<pid_t, long>> by_parent;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator("/proc", error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::string const name = entry->path().filename();
    pid_t pid = 0;
    auto const [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (wrong != std::errc{} || end != name.data() + name.size()) continue;
    auto const stat = mp::detail::process_stat(pid);
    if (stat.state != 0) by_parent.emplace(stat.parent, std::pair(pid, stat.state == 'Z' ? 0 : stat.threads));
  }
  std::vector<std::pair<pid_t, long>> found{{getpid(), 0}};
  for (std::size_t at = 0; at < found.size(); ++at) {
    auto const [first, last] = by_parent.equal_range(found[at].first);
    for (auto child = first; child != last; ++child) found.push_back(child->second);
  }
  found.erase(found.begin());
  return found;
}

std::uint64_t own_memory(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
  std::uint64_t size = 0, resident = 0, shared = 0;
  file >> size >> resident >> shared;
  return (resident - std::min(shared, resident)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// Pages that several processes have are counted once in all.
std::uint64_t share_of_memory(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/smaps_rollup");
  for (std::string line; std::getline(file, line);) {
    unsigned long long kilobytes = 0;
    if (std::sscanf(line.c_str(), "Pss: %llu", &kilobytes) == 1) return kilobytes * 1024;
  }
  return 0;
}

}  // namespace

std::string to_word(ProcessLimits const& limits) {
  return std::to_string(limits.processes) + "," + std::to_string(limits.memory) + "," +
         std::to_string(limits.cpu_seconds) + "," + std::to_string(limits.file_size);
}

ProcessLimits limits_of(std::string const& word) {
  unsigned long long memory = 0, file_size = 0;
  ProcessLimits limits;
  if (std::sscanf(word.c_str(), "%u,%llu,%u,%llu", &limits.processes, &memory, &limits.cpu_seconds, &file_size) != 4)
    return {};
  limits.memory = memory;
  limits.file_size = file_size;
  return limits;
}

ForkGuard::ForkGuard(bool wanted) {
  int ends[2];
  if (!wanted || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return;
  ours_ = mp::detail::FileDescriptor(ends[0]);
  childs_ = mp::detail::FileDescriptor(ends[1]);
}

void ForkGuard::install() {
  if (childs_.number() < 0) return;
  mp::detail::FileDescriptor const listener(notify_of_forks());
  if (listener.number() >= 0) send_descriptor(childs_.number(), listener.number());
}

void ForkGuard::attach() {
  if (ours_.number() < 0) return;
  childs_.close();
  listener_ = mp::detail::FileDescriptor(receive_descriptor(ours_.number()));
  ours_.close();
}

std::uint64_t ForkGuard::receive() const {
  seccomp_notif request{};
  // Who asked may have been killed meanwhile: then there is nothing to receive.
  return ioctl(listener_.number(), SECCOMP_IOCTL_NOTIF_RECV, &request) == 0 ? request.id : 0;
}

void ForkGuard::allow(std::uint64_t request) const {
  seccomp_notif_resp answer{};
  answer.id = request;
  answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
  ioctl(listener_.number(), SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

void limit_this_process(ProcessLimits const& limits) {
  if (limits == ProcessLimits{}) return;
  limit(RLIMIT_CORE, 0);
  if (limits.memory > 0) limit(RLIMIT_AS, limits.memory + mapped_room);
  if (limits.cpu_seconds > 0) limit(RLIMIT_CPU, limits.cpu_seconds);
  if (limits.file_size > 0) limit(RLIMIT_FSIZE, limits.file_size);
}

int LimitWatch::interval_ms() const {
  if (limits_.processes > 0 && guard_.descriptor() < 0) return look_often.count();
  return limits_.processes > 0 || limits_.memory > 0 ? look_every.count() : -1;
}

bool LimitWatch::may_fork() {
  if (alive_ + allowed_ + 1 > limits_.processes) {
    alive_ = 0;
    for (auto const& [pid, threads] : descendants_and_their_threads()) alive_ += static_cast<std::uint32_t>(threads);
    allowed_ = 0;
  }
  ++allowed_;
  return alive_ + allowed_ <= limits_.processes;
}

std::optional<Limit> LimitWatch::check(bool somebody_wants_to_fork) {
  if (somebody_wants_to_fork) {
    if (auto const request = guard_.receive(); request != 0) {
      if (!may_fork()) return Limit::processes;
      guard_.allow(request);
    }
  }
  auto const now = std::chrono::steady_clock::now();
  if (interval_ms() < 0 || now - looked_ < std::chrono::milliseconds(interval_ms())) return {};
  looked_ = now;
  std::uint64_t threads_in_all = 0, memory = 0;
  auto const all = descendants_and_their_threads();
  for (auto const& [pid, threads] : all) {
    threads_in_all += static_cast<std::uint64_t>(threads);
    memory += limits_.memory > 0 ? own_memory(pid) : 0;
  }
  if (limits_.processes > 0 && threads_in_all > limits_.processes) return Limit::processes;
  if (limits_.memory == 0 || memory <= limits_.memory) return {};
  memory = 0;
  for (auto const& [pid, threads] : all) memory += share_of_memory(pid);
  return memory > limits_.memory ? std::optional(Limit::memory) : std::nullopt;
}

}  // namespace qs
