// Waiting for a file descriptor.
#pragma once

#include <mp/options.hpp>

namespace mp::detail {

/// Waits until `descriptor` is ready for `events` (POLLIN, POLLOUT) or has an error. Returns false on time-out.
[[nodiscard]] bool wait_ready(int descriptor, short events, Timeout timeout);
/// The same, without waiting.
[[nodiscard]] bool ready(int descriptor, short events);

}  // namespace mp::detail
