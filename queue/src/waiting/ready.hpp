// Waiting for a file descriptor.
#pragma once

#include <mp/options.hpp>

namespace mp::detail {

/// Waits until `descriptor` is ready for `events` (POLLIN, POLLOUT) or broken. False when the time is over.
bool wait_ready(int descriptor, short events, Timeout timeout);
/// The same, without waiting.
bool ready(int descriptor, short events);

}  // namespace mp::detail
