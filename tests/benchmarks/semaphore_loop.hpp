// The ceiling of Mechanism::cpython: a bare C loop over a pipe with the same framing and the same three
// semaphores, and nothing else: no feeder, no buffer, no item type.
#pragma once

#include <cstddef>

namespace benchmarks {

/// Seconds for `count` items of `size` bytes (at most 16,380) from a forked child to this process.
double semaphore_loop(std::size_t size, int count);

}  // namespace benchmarks
