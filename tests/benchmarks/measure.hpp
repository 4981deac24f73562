// Runs one cell with one peer.
#pragma once

#include <chrono>
#include <cstdint>

#include "peer.hpp"

namespace benchmarks {

/// What does not apply is 0.
struct Measured {
  double seconds = 0;
  double rate = 0;             ///< items, or round trips, a second
  double median = 0, p99 = 0;  ///< seconds of a round trip
  double processor_time = 0;   ///< seconds of all processes for an item; of a waiting one for a second
  double memory = 0;           ///< bytes, of all processes together, at the end: shared pages count once; see Team
  double peak = 0;             ///< bytes: the sum of the processes' largest resident sets
};

/// Takes about `time`. Throws when it gets stuck or a process ends; then and otherwise, no process of it is left.
Measured measure(Peer const& peer, Cell const& cell, std::chrono::nanoseconds time);

}  // namespace benchmarks
