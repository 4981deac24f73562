#include "waiting/ready.hpp"

#include <poll.h>

#include <cerrno>
#include <cstring>

#include <mp/errors.hpp>

#include "waiting/deadline.hpp"

namespace mp::detail {

bool wait_ready(int descriptor, short events, Timeout timeout) {
  Deadline const deadline(timeout);
  for (;;) {
    pollfd poll{descriptor, events, 0};
    Timeout const left = deadline.left();
    timespec const time = left ? to_timespec(*left) : timespec{};
    int const ready = ppoll(&poll, 1, left ? &time : nullptr, nullptr);
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) throw OSError(std::strerror(errno));
  }
}

bool ready(int descriptor, short events) { return wait_ready(descriptor, events, Nanoseconds::zero()); }

}  // namespace mp::detail
