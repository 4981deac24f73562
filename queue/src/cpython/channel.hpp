// The parts common to all queues of Mechanism::cpython: a pipe, its two locks, and the shared memory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <mp/byte_queue.hpp>

#include "cpython/pipe.hpp"
#include "cpython/semaphore.hpp"
#include "trace/hook.hpp"
#include "trace/queue_tracer.hpp"

namespace mp::detail {

/// In memory shared by forked processes. `item_ids` is guarded by the write lock (written) and the read lock (read).
struct ChannelState {
  explicit ChannelState(unsigned maxsize) : slots(maxsize) {}
  Semaphore slots;
  Semaphore read_lock{1};
  Semaphore write_lock{1};
  Semaphore condition_lock{1};
  Semaphore unfinished{0};
  Semaphore sleeping{0};
  Semaphore woken_joiner{0};
  Semaphore barrier{0};
  ItemIdRing item_ids;
};

/// Anonymous memory, shared with the children, unmapped with the last handle of this process.
class SharedMemory {
 public:
  explicit SharedMemory(unsigned maxsize);
  ~SharedMemory();
  SharedMemory(SharedMemory const&) = delete;
  SharedMemory& operator=(SharedMemory const&) = delete;
  ChannelState* operator->() const { return state_; }

 private:
  ChannelState* state_;
};

class Channel : public QueueTracer {
 public:
  Channel(trace::QueueClass type, QueueOptions const& options);

  Pipe& pipe() { return pipe_; }
  Pipe const& pipe() const { return pipe_; }

  Lock lock(hook::Resource resource) const;
  /// Takes the write lock and sends.
  [[nodiscard]] SendResult send(std::string_view body, hook::ItemId item);
  /// Receives; the caller holds the read lock. Throws EOFError, OSError.
  void receive(Body& body, hook::ItemId& item, SourceLocation const& where);

 private:
  SharedMemory shared_;
  Pipe pipe_;
};

/// CPython's multiprocessing queues have no shutdown().
[[noreturn]] void throw_no_done(SourceLocation const& where);
[[noreturn]] void throw_no_shutdown(SourceLocation const& where);

}  // namespace mp::detail
