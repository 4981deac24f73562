#include "sim/cli/step/line_input.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace qs::cli {

std::optional<std::string> LineInput::line(std::chrono::milliseconds at_most) {
  for (;;) {
    auto const end = waiting_.find('\n');
    if (end != std::string::npos) {
      std::string line = waiting_.substr(0, end);
      waiting_.erase(0, end + 1);
      return line;
    }
    if (ended_) {  // a last line without a newline
      if (waiting_.empty()) return {};
      return std::exchange(waiting_, {});
    }
    pollfd waiting{descriptor_, POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(at_most.count())) <= 0) return {};
    char bytes[4096];
    auto const got = read(descriptor_, bytes, sizeof bytes);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return {};
    if (got <= 0) {
      ended_ = true;
    } else {
      waiting_.append(bytes, static_cast<std::size_t>(got));
    }
  }
}

bool LineInput::terminal() const { return isatty(descriptor_) != 0; }

}  // namespace qs::cli
