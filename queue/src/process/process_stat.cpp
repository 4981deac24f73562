#include <mp/detail/process_stat.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <string_view>

#include <mp/detail/file_descriptor.hpp>

namespace mp::detail {

namespace {

std::string_view next_word(std::string_view& text) {
  auto const end = text.find(' ');
  auto const word = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return word;
}

template <typename Number>
void parse(std::string_view word, Number& number) {
  std::from_chars(word.data(), word.data() + word.size(), number);
}

}  // namespace

// "pid (any name) state parent ...": the 20th word is the number of threads, the 22nd the start time.
ProcessStat process_stat(pid_t pid) noexcept {
  char path[32];
  std::snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FileDescriptor const file(open(path, O_RDONLY | O_CLOEXEC));
  if (!file) return {};
  char text[1024];
  ssize_t const size = read(file.number(), text, sizeof text);
  if (size <= 0) return {};
  std::string_view rest(text, static_cast<std::size_t>(size));
  auto const name_end = rest.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= rest.size()) return {};
  rest.remove_prefix(name_end + 2);
  ProcessStat stat;
  for (int index = 3; index <= 22 && !rest.empty(); ++index) {
    auto const word = next_word(rest);
    if (index == 3 && !word.empty()) stat.state = word.front();
    if (index == 4) parse(word, stat.parent);
    if (index == 20) parse(word, stat.threads);
    if (index == 22) parse(word, stat.start);
  }
  return stat;
}

}  // namespace mp::detail
