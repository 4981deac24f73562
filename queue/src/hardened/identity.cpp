#include "identity.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <string_view>

namespace mp::detail {

namespace {

struct Stat {
  char state = 0;  ///< 0: there is no such process
  long threads = 0;
  std::uint64_t start = 0;
};

std::string_view next_word(std::string_view& text) {
  auto const end = text.find(' ');
  auto const word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

/// /proc/PID/stat: "pid (any name) state ..."; the 20th word is the number of threads, the 22nd the start.
Stat stat_of(std::int32_t pid) {
  char path[32];
  std::snprintf(path, sizeof path, "/proc/%d/stat", pid);
  int const file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return {};
  char text[1024];
  ssize_t const size = ::read(file, text, sizeof text);
  close(file);
  if (size <= 0) return {};
  std::string_view rest(text, static_cast<std::size_t>(size));
  auto const name_end = rest.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= rest.size()) return {};
  rest.remove_prefix(name_end + 2);
  Stat stat;
  for (int word = 3; word <= 22 && !rest.empty(); ++word) {
    auto const value = next_word(rest);
    if (word == 3) stat.state = value.front();
    if (word == 20) std::from_chars(value.data(), value.data() + value.size(), stat.threads);
    if (word == 22) std::from_chars(value.data(), value.data() + value.size(), stat.start);
  }
  return stat;
}

}  // namespace

Identity Identity::mine() {
  static std::atomic<std::int32_t> known_pid{0};
  static std::atomic<std::uint64_t> known_start{0};
  auto const pid = static_cast<std::int32_t>(getpid());
  if (known_pid.load(std::memory_order_acquire) != pid) {
    known_start.store(stat_of(pid).start);
    known_pid.store(pid, std::memory_order_release);
  }
  return {pid, known_start.load()};
}

bool Identity::alive() const {
  if (kill(pid, 0) != 0 && errno == ESRCH) return false;
  Stat const stat = stat_of(pid);
  if (stat.state == 0) return kill(pid, 0) == 0 || errno != ESRCH;  // no /proc to ask
  bool const zombie = (stat.state == 'Z' || stat.state == 'X') && stat.threads <= 1;
  return !zombie && (start == 0 || start == stat.start);
}

}  // namespace mp::detail
