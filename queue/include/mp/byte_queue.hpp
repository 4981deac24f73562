// The queue without its item type: what Queue<T> and its sisters are made of. A program rarely names it.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <mp/options.hpp>
#include <mp/source_location.hpp>
#include <mp/trace/event.hpp>

namespace mp::detail {

/// An item that is not yet bytes.
class Item {
 public:
  virtual ~Item() = default;
  virtual void encode(std::string& body) const = 0;  ///< may throw
  virtual std::string preview() const = 0;
  virtual bool sentinel() const = 0;
  /// The same on the heap, for a buffer that it is to wait in.
  virtual std::unique_ptr<Item> moved() = 0;

  trace::ItemId id;            ///< set by put
  std::uint32_t location = 0;  ///< of the put, for the feeder's events
};

/// What an item is, for people, by its body. Empty: it cannot be said.
using Describe = std::string (*)(std::string_view body);

/// Called by the feeder with what encoding an item threw.
using ErrorHook = std::function<void(std::exception_ptr, Item const&)>;

/// Where a received body is put. Grows, and leaves what it grows by as it is.
class Body {
 public:
  char* resize(std::size_t size) {
    if (size > capacity_) {
      data_ = std::make_unique_for_overwrite<char[]>(size);
      capacity_ = size;
    }
    size_ = size;
    return data_.get();
  }
  std::size_t capacity() const { return capacity_; }
  std::string_view view() const { return {data_.get(), size_}; }

 private:
  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0, capacity_ = 0;
};

/// The thread's own body for the time of one call, so that small items allocate nothing.
class ScratchBody {
 public:
  ScratchBody() : body_(kept().release()) {
    if (body_ == nullptr) body_ = new Body;
  }
  ~ScratchBody() {
    if (body_->capacity() > most_kept) *body_ = {};
    kept().reset(body_);
  }
  ScratchBody(ScratchBody const&) = delete;
  ScratchBody& operator=(ScratchBody const&) = delete;
  Body* operator->() { return body_; }
  Body& operator*() { return *body_; }

 private:
  static constexpr std::size_t most_kept = std::size_t{4} << 20;
  static std::unique_ptr<Body>& kept() {
    static thread_local std::unique_ptr<Body> body;
    return body;
  }
  Body* body_;
};

/// One process's end of a queue. Copies made by fork share the pipe and the locks; the buffer, the feeder
/// and "closed" are each process's own. All operations throw as the typed queues say.
class ByteQueue {
 public:
  using Where = SourceLocation const&;
  /// SimpleQueue's.
  static std::shared_ptr<ByteQueue> create(QueueOptions const&, Describe, Where);
  virtual ~ByteQueue() = default;

  virtual void put(Item&, Block, Timeout, Where) = 0;  ///< the item is moved from, or not, also where it throws
  virtual void get(Body&, Block, Timeout, Where) = 0;
  std::string get(Block block, Timeout timeout, Where where) {
    ScratchBody body;
    get(*body, block, timeout, where);
    return std::string(body->view());
  }
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
