// The queue without its item type: what Queue<T> and its sisters are made of. A program rarely names it.
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

/// What an item is, for people, by its body. Empty: it cannot be said.
using Describe = std::string (*)(std::string_view body);

/// Called by the feeder with what encoding an item threw.
using ErrorHook = std::function<void(std::exception_ptr, Item const&)>;

/// One process's end of a queue. Copies made by fork share the pipe and the locks; the buffer, the feeder
/// and "closed" are each process's own. All operations throw as the typed queues say.
class ByteQueue {
 public:
  using Where = SourceLocation const&;
  /// SimpleQueue's.
  static std::shared_ptr<ByteQueue> create(QueueOptions const&, Describe, Where);
  virtual ~ByteQueue() = default;

  /// False: no slot was free in time. The item is moved from, or not, also where it throws.
  [[nodiscard]] virtual bool try_put(Item&, Block, Timeout const&, Where) = 0;
  /// False: nothing came in time.
  [[nodiscard]] virtual bool try_get(Receiver&, Block, Timeout const&, Where) = 0;
  /// The same; throw Full, Empty instead.
  void put(Item&, Block, Timeout const&, Where);
  void get(Receiver&, Block, Timeout const&, Where);
  /// The bytes as they came.
  std::string get(Block, Timeout const&, Where);
  virtual bool empty(Where) = 0;
  virtual void close(Where) = 0;
  virtual void shut_down(bool immediate, Where) = 0;
  virtual void drop() noexcept = 0;  ///< the typed queue that owns it dies

  virtual std::string const& name() const = 0;
  /// The pipe's ends, file descriptors; -1 once closed.
  virtual int reader() const = 0;
  virtual int writer() const = 0;
  /// The kernel's value of one of the queue's semaphores, for tests and tools.
  virtual int semaphore(trace::Resource) const = 0;
  /// How many segments of 64 KiB of shared memory it has ever used, for tests and tools; 0 where it has none.
  virtual std::uint32_t segments_used() const { return 0; }
  /// The queue's number in the session; 65535 when nobody records.
  virtual std::uint16_t trace_index() const = 0;
};

class BufferedByteQueue : public ByteQueue {
 public:
  static std::shared_ptr<BufferedByteQueue> create(QueueOptions const&, Describe, Where);

  virtual int qsize(Where) = 0;
  virtual bool full(Where) = 0;
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
  /// Whether this thread's last get returned what a process had taken before that is dead now.
  virtual bool redelivered() const = 0;
};

/// Owns an end and drops it once. Moved from, it must not be used.
template <typename Bytes>
class QueueHandle {
 public:
  explicit QueueHandle(std::shared_ptr<Bytes> queue) : queue_(std::move(queue)) {}
  QueueHandle(QueueHandle&&) noexcept = default;
  QueueHandle& operator=(QueueHandle&& other) noexcept {
    if (this != &other) {
      if (queue_) queue_->drop();
      queue_ = std::move(other.queue_);
    }
    return *this;
  }
  ~QueueHandle() {
    if (queue_) queue_->drop();
  }
  Bytes* operator->() const { return queue_.get(); }
  Bytes& operator*() const { return *queue_; }

 private:
  std::shared_ptr<Bytes> queue_;
};

}  // namespace mp::detail
