#include "sim/capture/death_watch.hpp"

#include <sys/epoll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace qs {

DeathWatch::DeathWatch() : poll_(epoll_create1(EPOLL_CLOEXEC)) {}

bool DeathWatch::add(pid_t pid, std::uint32_t tag) {
  mp::detail::FileDescriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!process) {
    if (errno == ESRCH) gone_before_.push_back(tag);
    return errno == ESRCH;
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u32 = tag;
  if (epoll_ctl(poll_.number(), EPOLL_CTL_ADD, process.number(), &event) != 0) return false;
  watched_.insert_or_assign(tag, std::move(process));
  return true;
}

std::vector<std::uint32_t> DeathWatch::dead() {
  std::vector<std::uint32_t> tags = std::exchange(gone_before_, {});
  if (watched_.empty()) return tags;
  epoll_event events[64];
  int count = 0;
  do {
    count = epoll_wait(poll_.number(), events, 64, 0);
    for (int index = 0; index < count; ++index) {
      tags.push_back(events[index].data.u32);
      watched_.erase(events[index].data.u32);
    }
  } while (count == 64);
  return tags;
}

}  // namespace qs
