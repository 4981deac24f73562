// The queue without its item type: the implementation behind Queue<T>, JoinableQueue<T> and SimpleQueue<T>. Programs
// rarely use it directly.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <mp/item.hpp>
#include <mp/options.hpp>
#include <mp/source_location.hpp>
#include <mp/trace/event.hpp>

namespace mp::detail {

/// Returns a printable form of an item, given its encoded body; empty if the body cannot be decoded.
using Describe = std::string (*)(std::string_view body);

/// Called by the feeder with the exception that encoding an item threw.
using ErrorHook = std::function<void(std::exception_ptr, Item const&)>;

/// One process's handle to a queue. Forked processes share the pipe and the locks; the buffer, the feeder and the
/// closed flag are local to each process. Operations throw as documented at the typed queues.
class ByteQueue {
 public:
  using Where = SourceLocation const&;
  /// Creates a SimpleQueue.
  static std::shared_ptr<ByteQueue> create(QueueOptions const&, Describe, Where);
  virtual ~ByteQueue() = default;

  /// Returns false if no slot became free in time. The item may have been moved from in any case, even on an exception.
  [[nodiscard]] virtual bool try_put(Item&, Block, Timeout const&, Where) = 0;
  /// Returns false if no item arrived in time.
  [[nodiscard]] virtual bool try_get(Receiver&, Block, Timeout const&, Where) = 0;
  /// The same, but throw Full or Empty instead of returning false.
  void put(Item&, Block, Timeout const&, Where);
  void get(Receiver&, Block, Timeout const&, Where);
  /// Returns the encoded body of the item.
  std::string get(Block, Timeout const&, Where);
  [[nodiscard]] virtual bool empty(Where) = 0;
  virtual void close(Where) = 0;
  virtual void shut_down(bool immediate, Where) = 0;
  virtual void done(Where) = 0;
  /// Whether a get would find an item or fail at once.
  [[nodiscard]] virtual bool can_get() const = 0;
  /// A descriptor that polls readable while can_get(), at the latest a second later if a process died in put; -1 if the
  /// queue has none.
  virtual int watch() = 0;
  virtual void drop() noexcept = 0;  ///< called when the owning typed queue is destroyed

  virtual std::string const& name() const = 0;
  /// File descriptors of the pipe's ends; -1 once closed.
  virtual int reader() const = 0;
  virtual int writer() const = 0;
  /// The kernel's value of one of the queue's semaphores, for tests and tools.
  virtual int semaphore(trace::Resource) const = 0;
  /// How many 64 KiB segments of shared memory the queue has ever used, for tests and tools; 0 for Mechanism::cpython.
  virtual std::uint32_t segments_used() const { return 0; }
  /// The queue's number in the session; 65535 when nobody records.
  virtual std::uint16_t trace_index() const = 0;
};

class BufferedByteQueue : public ByteQueue {
 public:
  static std::shared_ptr<BufferedByteQueue> create(QueueOptions const&, Describe, Where);

  /// Of Mechanism::hardened; `options.name` is the name that unrelated processes share.
  static std::shared_ptr<BufferedByteQueue> open(QueueOptions options, std::string_view item_type, Describe, Where);

  virtual int qsize(Where) = 0;
  [[nodiscard]] virtual bool full(Where) = 0;
  virtual void join_thread(Where) = 0;
  virtual void cancel_join_thread(Where) = 0;
  virtual void on_feeder_error(ErrorHook) = 0;
  virtual int maxsize() const = 0;
};

class JoinableByteQueue : public BufferedByteQueue {
 public:
  static std::shared_ptr<JoinableByteQueue> create(QueueOptions const&, Describe, Where);

  virtual void task_done(Where) = 0;
  virtual void join(Where) = 0;
  /// Whether this thread's last get returned a task that another process had taken and died with.
  virtual bool redelivered() const = 0;
};

/// A shared reference to a queue. The last copy of a process drops the queue. Must not be used after being moved from.
template <typename Bytes>
class QueueHandle {
 public:
  explicit QueueHandle(std::shared_ptr<Bytes> const& queue)
      : queue_(queue.get(), [queue](Bytes* dropped) { dropped->drop(); }) {}
  Bytes* operator->() const { return queue_.get(); }
  Bytes& operator*() const { return *queue_; }

 private:
  std::shared_ptr<Bytes> queue_;
};

}  // namespace mp::detail
