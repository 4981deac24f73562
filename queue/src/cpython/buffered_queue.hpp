// Queue and JoinableQueue of Mechanism::cpython: every process that puts has a buffer and a feeder thread in front of
// the pipe. Each function does the same steps as CPython's of the same name.
// Source: multiprocessing/queues.py, classes Queue and JoinableQueue.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <mp/byte_queue.hpp>

#include "cpython/channel.hpp"
#include "cpython/condition.hpp"
#include "process/queue_registry.hpp"

namespace mp::detail {

/// Local to one process. A fork does not copy threads, and may copy a locked mutex or an unfinished append, so the
/// child gets a new one.
struct ProcessLocalState {
  std::mutex mutex;  ///< guards all fields below; with `not_empty`, CPython's `_notempty`
  std::condition_variable not_empty;
  std::deque<std::unique_ptr<Item>> buffer;  ///< an empty pointer is the close sentinel
  std::unique_ptr<Item> current_item;        ///< the feeder's: taken from the buffer and not yet written
  std::string body;  ///< the feeder's: the encoded item; a member because a fork loses the feeder's stack
  std::thread feeder;
  std::mutex joining;  ///< guards feeder.join(), which two threads may call
  std::atomic<bool> feeder_started{false};
  std::condition_variable feeder_done_changed;  ///< used with `mutex`
  std::atomic<bool> feeder_done{false};         ///< the feeder has done its last operation
  std::atomic<bool> finishing{false};           ///< the close sentinel was appended
  std::atomic<bool> closed{false};
  std::atomic<bool> join_cancelled{false};
  std::mutex unfinished_mutex;
  std::deque<hook::ItemId> unfinished;  ///< got and not yet done, oldest first; only while recorded
  ErrorHook error_hook;
  ProcessLocalState* before_fork = nullptr;  ///< the parent's; leaked, since its locks may be held

  ~ProcessLocalState() {
    if (feeder.joinable()) feeder.detach();
  }
};

class BufferedPipeQueue final : public JoinableByteQueue,
                                public Flushable,
                                public std::enable_shared_from_this<BufferedPipeQueue> {
 public:
  BufferedPipeQueue(trace::QueueClass type, QueueOptions const& options);

  bool try_put(Item&, Block, Timeout const&, Where) override;
  bool try_get(Receiver&, Block, Timeout const&, Where) override;
  int qsize(Where) override;
  bool empty(Where) override;
  bool full(Where) override;
  void close(Where) override;
  void join_thread(Where) override;
  void cancel_join_thread(Where) override;
  void task_done(Where) override;
  void join(Where) override;
  bool redelivered() const override { return false; }
  void shut_down(bool, Where where) override { throw_no_shutdown(where); }
  void done(Where where) override { throw_no_done(where); }
  bool can_get() const override { return channel_.pipe().has_data(); }
  int watch() override { return reader(); }
  void drop() noexcept override;
  void on_feeder_error(ErrorHook) override;

  std::string const& name() const override { return channel_.name(); }
  int maxsize() const override { return channel_.maxsize(); }
  int reader() const override { return channel_.pipe().reader(); }
  int writer() const override { return channel_.pipe().writer(); }
  int semaphore(trace::Resource resource) const override { return channel_.lock(resource).value(); }
  std::uint16_t trace_index() const override { return channel_.index(); }

  void finish_feeder() noexcept override;
  void wait_for_feeder() noexcept override;
  void after_fork() noexcept override;

 private:
  /// For JoinableQueue only.
  struct Tasks {
    Lock unfinished;
    Condition condition;
  };

  void append(std::unique_ptr<Item>);
  std::unique_lock<std::mutex> lock_buffer(hook::ItemId);
  trace::Resource buffer_state(trace::Resource when_empty) const;
  void start_feeder();
  void join_feeder();
  [[noreturn]] void throw_closed(Where) const;
  [[nodiscard]] bool get_within(Body&, Block, Timeout, hook::ItemId&, Where);

  // the feeder thread, in feeder.cpp
  [[nodiscard]] bool feed_next();
  [[nodiscard]] bool feed_one(Item&);
  void mark_feeder_done();
  void report(Item const&, std::exception_ptr const&);

  Channel channel_;
  Lock slots_, read_lock_;
  std::optional<Tasks> tasks_;
  std::unique_ptr<ProcessLocalState> local_;
};

}  // namespace mp::detail
