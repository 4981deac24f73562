// Waiting for several queues and processes at once, with or without an event loop.
//
//     for (std::size_t ready : mp::wait({commands, results, worker}, 1s)) ...
#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <vector>

#include <mp/options.hpp>
#include <mp/process.hpp>
#include <mp/queue.hpp>

namespace mp {

/// A queue, which is ready when it has an item or was shut down; or a started process, which is ready when it has
/// ended; or any descriptor, which is ready when it can be read. Refers to the queue; does not own anything.
class Waitable {
 public:
  template <typename T, typename Bytes>
  Waitable(detail::QueueBase<T, Bytes> const& queue) : queue_(&queue.bytes()) {}
  Waitable(Process const& process) : descriptor_(process.sentinel()) {}
  explicit Waitable(int descriptor) : descriptor_(descriptor) {}

  detail::ByteQueue* queue() const { return queue_; }
  int descriptor() const { return descriptor_; }

 private:
  detail::ByteQueue* queue_ = nullptr;
  int descriptor_ = -1;
};

/// Waits until at least one of them is ready, and returns the indexes of all that are; none after the time-out. Another
/// process may take the item first: call try_get. Throws ValueError for a process that was not started and a queue that
/// is closed. Source: multiprocessing.connection.wait.
std::vector<std::size_t> wait(std::span<Waitable const> objects, Timeout timeout = {},
                              SourceLocation where = SourceLocation::current());
inline std::vector<std::size_t> wait(std::initializer_list<Waitable> objects, Timeout timeout = {},
                                     SourceLocation where = SourceLocation::current()) {
  return wait(std::span(objects.begin(), objects.size()), timeout, where);
}

}  // namespace mp
