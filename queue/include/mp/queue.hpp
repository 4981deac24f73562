// Queues between processes, with the API and the behaviour of Python's multiprocessing: Queue<T>,
// JoinableQueue<T> and SimpleQueue<T>. Create them before the processes that use them; a child made by
// mp::Process (or fork) has them by inheritance.
//
//     mp::Queue<std::optional<int>> jobs{{.maxsize = 3, .name = "jobs"}};
//     mp::Process worker{[&] { while (auto job = jobs.get()) handle(*job); }, {.name = "worker"}};
//     worker.start();
//     jobs.put(7);
//     jobs.put(std::nullopt);  // the sentinel, Python's None
//     worker.join();
//
// Create queues before the processes that use them are started; a name is a label for traces, and connects nothing
// (except with mp::open, see mp/named.hpp). Copies of a queue object are the same queue, so that a lambda can capture
// it by value, and put, get and task_done are const.
//
// Every call takes its caller's source location by default, which is how a recorded trace knows its lines.
// Unless said otherwise, a call may be made from any thread of any process that has the queue.
#pragma once

#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include <mp/byte_queue.hpp>
#include <mp/codec.hpp>
#include <mp/detail/stop_scope.hpp>
#include <mp/errors.hpp>
#include <mp/item.hpp>
#include <mp/options.hpp>
#include <mp/preview.hpp>
#include <mp/source_location.hpp>

namespace mp {

namespace detail {

template <typename T>
std::string describe(std::string_view body) {
  try {
    if constexpr (Encodable<T>) return mp::preview(decode<T>(body));
  } catch (std::exception const&) {  // the body does not encode a T
  }
  return {};
}

/// Common to all three kinds of queue.
template <typename T, typename Bytes>
class QueueBase {
  MP_REQUIRE_CODEC(T);

 public:
  using value_type = T;
  using Where = SourceLocation;

  /// Creates the pipe and the locks. Throws OSError if the system has none left.
  explicit QueueBase(QueueOptions options = {}, Where where = Where::current())
      : queue_(Bytes::create(options, &describe<T>, where)) {}

  /// A queue that exists already: see mp::open.
  explicit QueueBase(std::shared_ptr<Bytes> queue) : queue_(std::move(queue)) {}

  /// Whether the pipe (hardened: the queue) is empty now. Takes no lock: the answer may be outdated when it is used,
  /// and it is true right after a put until the feeder has written the item. Source: Queue.empty, SimpleQueue.empty.
  [[nodiscard]] bool empty(Where where = Where::current()) const { return queue_->empty(where); }

  /// No more puts and gets from this process (they throw ValueError; on a SimpleQueue OSError "handle is
  /// closed"). What is buffered is still written. Does not wake waiting calls. Source: Queue.close.
  void close(Where where = Where::current()) { queue_->close(where); }

  /// For every process: puts throw ShutDown from now on, and gets do once the queue is empty; calls that wait are
  /// woken. `immediate`: the items in the queue are dropped. Mechanism::hardened only, else RuntimeError.
  /// Source: queue.Queue.shutdown.
  void shutdown(bool immediate = false, Where where = Where::current()) { queue_->shut_down(immediate, where); }

  /// A descriptor for poll, epoll and event loops: readable while there is an item, or the queue was shut down. Call
  /// try_get when it is: another process may be faster. It belongs to the queue, and must not be read. Throws
  /// RuntimeError if the queue has none (it was opened by name, or the process had no free descriptor); mp::wait works
  /// without. Mechanism::hardened: use a time-out of a second, because a put that was killed may not have signalled its
  /// item.
  int descriptor(Where where = Where::current()) const {
    int const descriptor = queue_->watch();
    if (descriptor < 0) throw RuntimeError("the queue " + name() + " has no descriptor; use mp::wait", where);
    return descriptor;
  }

  std::string const& name() const { return queue_->name(); }
  /// The untyped queue, for tools and tests.
  Bytes& bytes() const { return *queue_; }

 protected:
  void put_value(T const& item, Block block, Timeout const& timeout, Where const& where) const {
    CopiedItemOf<T> one(item);
    queue_->put(one, block, timeout, where);
  }
  void put_value(T&& item, Block block, Timeout const& timeout, Where const& where) const {
    MovedItemOf<T> one(item);
    queue_->put(one, block, timeout, where);
  }
  T get_value(Block block, Timeout const& timeout, Where const& where) const {
    ReceiverOf<T> item;
    queue_->get(item, block, timeout, where);
    return item.value();
  }

  QueueHandle<Bytes> queue_;
};

/// The items of a queue until it is shut down: an input range.
template <typename Queue>
class RemainingItems {
  using T = typename Queue::value_type;

 public:
  RemainingItems(Queue const& queue, SourceLocation where) : queue_(&queue), where_(where) {}
  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    Iterator(Queue const* queue, SourceLocation where) : queue_(queue), where_(where) { ++*this; }
    T& operator*() const { return *item_; }
    Iterator& operator++() {
      item_.reset();
      try {
        item_.emplace(queue_->get(Block::yes, {}, where_));
      } catch (ShutDown const&) {  // the end
      }
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return !item_; }

   private:
    Queue const* queue_;
    SourceLocation where_;
    mutable std::optional<T> item_;
  };
  Iterator begin() const { return {queue_, where_}; }
  std::default_sentinel_t end() const { return {}; }

 private:
  Queue const* queue_;
  SourceLocation where_;
};

template <typename T, typename Bytes>
class BufferedQueue : public QueueBase<T, Bytes> {
 public:
  using typename QueueBase<T, Bytes>::Where;
  using QueueBase<T, Bytes>::QueueBase;

  /// Appends `item` to this process's buffer, from where the feeder thread serialises and writes it.
  /// A bounded queue first takes a slot; throws Full when there is none (in time), ValueError when closed.
  /// A value that cannot be serialised does not throw here: see on_feeder_error. Source: Queue.put.
  /// Mechanism::hardened: the item is in the queue when this returns, and an exception of its codec propagates.
  void put(T const& item, Block block = Block::yes, Timeout timeout = {}, Where where = Where::current()) const {
    this->put_value(item, block, timeout, where);
  }
  /// The same; `item` is moved from if it has to be kept in a buffer.
  void put(T&& item, Block block = Block::yes, Timeout timeout = {}, Where where = Where::current()) const {
    this->put_value(std::move(item), block, timeout, where);
  }
  /// put(item, Block::no). Source: Queue.put_nowait.
  void put_nowait(T const& item, Where where = Where::current()) const { put(item, Block::no, {}, where); }
  void put_nowait(T&& item, Where where = Where::current()) const { put(std::move(item), Block::no, {}, where); }
  /// Waits for a free slot for at most `timeout`, a duration of any unit; throws Full after it.
  template <typename Rep, typename Period>
  void put(T const& item, std::chrono::duration<Rep, Period> timeout, Where where = Where::current()) const {
    put(item, Block::yes, to_nanoseconds(timeout), where);
  }
  template <typename Rep, typename Period>
  void put(T&& item, std::chrono::duration<Rep, Period> timeout, Where where = Where::current()) const {
    put(std::move(item), Block::yes, to_nanoseconds(timeout), where);
  }
  /// Does not wait. Returns false, without an exception, if there is no free slot.
  [[nodiscard]] bool try_put(T const& item, Where where = Where::current()) const {
    CopiedItemOf<T> one(item);
    return this->queue_->try_put(one, Block::no, {}, where);
  }
  [[nodiscard]] bool try_put(T&& item, Where where = Where::current()) const {
    MovedItemOf<T> one(item);
    return this->queue_->try_put(one, Block::no, {}, where);
  }

  /// The oldest item in the pipe. Throws Empty when none comes (in time), ValueError when closed, EOFError
  /// or OSError when the pipe is broken, DecodeError if the bytes do not encode a T. Source: Queue.get.
  T get(Block block = Block::yes, Timeout timeout = {}, Where where = Where::current()) const {
    return this->get_value(block, timeout, where);
  }
  /// get(Block::no). Source: Queue.get_nowait.
  T get_nowait(Where where = Where::current()) const { return get(Block::no, {}, where); }
  /// Waits for at most `timeout`, a duration of any unit; throws Empty after it.
  template <typename Rep, typename Period>
  T get(std::chrono::duration<Rep, Period> timeout, Where where = Where::current()) const {
    return get(Block::yes, to_nanoseconds(timeout), where);
  }
  /// Waits until `deadline` at most; throws Empty after it.
  template <typename Clock, typename Duration>
  T get_until(std::chrono::time_point<Clock, Duration> deadline, Where where = Where::current()) const {
    return get(deadline - Clock::now(), where);
  }
  /// Does not wait. Returns nullopt, without an exception, if the queue is empty.
  [[nodiscard]] std::optional<T> try_get(Where where = Where::current()) const {
    ReceiverOf<T> item;
    if (!this->queue_->try_get(item, Block::no, {}, where)) return std::nullopt;
    return item.value();
  }

  /// The same, until a stop is requested; returns nullopt then, within 20 ms, unless there is an item.
  [[nodiscard]] std::optional<T> get(std::stop_token const& stop, Where where = Where::current()) const {
    ReceiverOf<T> item;
    StopScope const scope(stop);
    if (!this->queue_->try_get(item, Block::yes, Nanoseconds::max(), where)) return std::nullopt;
    return item.value();
  }
  /// Waits for a free slot until a stop is requested; returns false then, within 20 ms.
  [[nodiscard]] bool put(T const& item, std::stop_token const& stop, Where where = Where::current()) const {
    CopiedItemOf<T> one(item);
    StopScope const scope(stop);
    return this->queue_->try_put(one, Block::yes, Nanoseconds::max(), where);
  }
  [[nodiscard]] bool put(T&& item, std::stop_token const& stop, Where where = Where::current()) const {
    MovedItemOf<T> one(item);
    StopScope const scope(stop);
    return this->queue_->try_put(one, Block::yes, Nanoseconds::max(), where);
  }

  /// This producer puts no more. When QueueOptions::producers calls were made, the queue is shut down: consumers get
  /// what is left, and then ShutDown, which ends until_closed(). A producer that dies without the call keeps them
  /// waiting. Throws ValueError for one call too many, RuntimeError unless the queue is hardened.
  void done(Where where = Where::current()) const { this->queue_->done(where); }
  /// The items to come, until the queue is shut down and empty:
  ///
  ///     for (auto&& item : queue.until_closed()) handle(item);
  ///
  /// Any number of consumers may do this at once; each item goes to one of them.
  auto until_closed(Where where = Where::current()) const { return RemainingItems<BufferedQueue>(*this, where); }

  /// Slots taken: items put and not yet got, including those in the buffers of other processes. Takes no lock. Source:
  /// Queue.qsize.
  [[nodiscard]] int qsize(Where where = Where::current()) const { return this->queue_->qsize(where); }
  /// Whether all slots are taken. Takes no lock. Source: Queue.full.
  [[nodiscard]] bool full(Where where = Where::current()) const { return this->queue_->full(where); }
  int maxsize() const { return this->queue_->maxsize(); }

  /// Waits until this process's feeder has written everything. Only after close(), else AssertionError.
  /// Source: Queue.join_thread.
  void join_thread(Where where = Where::current()) { this->queue_->join_thread(where); }
  /// The process may exit while items are unwritten: they are lost. Source: Queue.cancel_join_thread.
  void cancel_join_thread(Where where = Where::current()) { this->queue_->cancel_join_thread(where); }

  /// Called for an item of this process that cannot be serialised; by default a report is printed to stderr. Runs in
  /// the feeder thread. Source: Queue._on_queue_feeder_error.
  void on_feeder_error(std::function<void(std::exception_ptr, T const&)> hook) {
    this->queue_->on_feeder_error([hook = std::move(hook)](std::exception_ptr error, Item const& item) {
      hook(error, static_cast<ItemOf<T> const&>(item).value());
    });
  }
};

}  // namespace detail

/// multiprocessing.Queue.
template <typename T>
class Queue : public detail::BufferedQueue<T, detail::BufferedByteQueue> {
 public:
  using detail::BufferedQueue<T, detail::BufferedByteQueue>::BufferedQueue;
};

/// An item taken from a JoinableQueue. Calls task_done when it is destroyed, unless done() did so before. Must not
/// outlive its queue.
template <typename T, typename Queue>
class Task {
 public:
  Task(Queue const& queue, T value, SourceLocation where) : queue_(&queue), value_(std::move(value)), where_(where) {}
  Task(Task&& other) noexcept
      : queue_(std::exchange(other.queue_, nullptr)), value_(std::move(other.value_)), where_(other.where_) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    try {
      done(where_);
    } catch (Error const&) {  // task_done() was also called directly
    }
  }
  T& value() { return value_; }
  T const& value() const { return value_; }
  /// Calls task_done now; its exceptions propagate.
  void done(SourceLocation where = SourceLocation::current()) {
    if (auto const* const queue = std::exchange(queue_, nullptr)) queue->task_done(where);
  }

 private:
  Queue const* queue_;
  T value_;
  SourceLocation where_;
};

/// multiprocessing.JoinableQueue: counts unfinished tasks, and join() waits for them.
template <typename T>
class JoinableQueue : public detail::BufferedQueue<T, detail::JoinableByteQueue> {
 public:
  using typename detail::BufferedQueue<T, detail::JoinableByteQueue>::Where;
  using detail::BufferedQueue<T, detail::JoinableByteQueue>::BufferedQueue;

  /// One task fewer. The last one wakes the joiners. Throws ValueError "task_done() called too many times".
  /// Source: JoinableQueue.task_done.
  void task_done(Where where = Where::current()) const { this->queue_->task_done(where); }
  /// Waits until every item put has been marked by task_done. Source: JoinableQueue.join.
  /// Mechanism::hardened: throws TasksLost when a process died between its get and its task_done, unless the
  /// queue redelivers.
  void join(Where where = Where::current()) { this->queue_->join(where); }
  /// Like get(), but returns a task that calls task_done when it goes out of scope.
  [[nodiscard]] Task<T, JoinableQueue> take(Where where = Where::current()) const {
    return {*this, this->get(Block::yes, {}, where), where};
  }
  /// Whether this thread's last get returned an item for the second time: a queue that redelivers had given it to
  /// a process that died before its task_done.
  [[nodiscard]] bool redelivered() const { return this->queue_->redelivered(); }
};

/// multiprocessing.SimpleQueue: a pipe and two locks; no feeder, no bound, no time-outs.
template <typename T>
class SimpleQueue : public detail::QueueBase<T, detail::ByteQueue> {
 public:
  using typename detail::QueueBase<T, detail::ByteQueue>::Where;
  using detail::QueueBase<T, detail::ByteQueue>::QueueBase;

  /// Serialises and writes `item` in the calling thread; waits while the pipe is full. Exceptions of the codec
  /// propagate. Throws OSError "handle is closed" after close(). Source: SimpleQueue.put.
  void put(T const& item, Where where = Where::current()) const { this->put_value(item, Block::yes, {}, where); }
  void put(T&& item, Where where = Where::current()) const { this->put_value(std::move(item), Block::yes, {}, where); }
  /// The oldest item; waits for one. Source: SimpleQueue.get.
  T get(Where where = Where::current()) const { return this->get_value(Block::yes, {}, where); }
};

}  // namespace mp
