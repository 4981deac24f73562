// Which items are in which pipe. The wire is CPython's and has no room for an id, so the ids are in memory that the
// supervisor of the run made, touched only by whoever holds the lock of that end of the pipe.
#pragma once

#include <cstdint>

#include "trace/hook.hpp"

namespace mp::python {

struct ItemIds {
  static constexpr std::uint32_t size = 8192;  ///< at least as many as there are messages in a pipe
  std::uint64_t written;
  std::uint64_t read;
  std::uint64_t ids[size];
};
inline constexpr std::uint16_t most_queues = 4096;

/// nullptr without such memory: the recorder then assumes the order of the pipe.
ItemIds* item_ids(std::uint16_t queue) noexcept;

}  // namespace mp::python
