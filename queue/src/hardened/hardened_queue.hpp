// Queue, JoinableQueue and SimpleQueue of Mechanism::hardened: a log in shared memory, guarded by two robust mutexes.
// An item is in the log when put returns; there is no feeder, and nothing to flush at exit.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include <mp/byte_queue.hpp>
#include <mp/detail/file_descriptor.hpp>

#include "hardened/hardened_memory.hpp"
#include "process/queue_registry.hpp"
#include "trace/queue_tracer.hpp"
#include "waiting/blocking_operation.hpp"
#include "waiting/deadline.hpp"

namespace mp::detail {

class HardenedQueue final : public JoinableByteQueue, public Flushable {
 public:
  /// `named`: the memory of a queue that was opened by name, or nullptr.
  HardenedQueue(trace::QueueClass type, QueueOptions const& options, Describe describe,
                std::unique_ptr<NamedMemory> named);

  bool try_put(Item&, Block, Timeout const&, Where) override;
  bool try_get(Receiver&, Block, Timeout const&, Where) override;
  int qsize(Where) override;
  bool empty(Where) override;
  bool full(Where) override;
  void close(Where) override;
  void shut_down(bool immediate, Where) override;
  void done(Where) override;
  /// Another handle, which will be dropped too.
  void share() noexcept { ++handles_; }
  /// Whether it is the queue of that memory, and not closed.
  bool is_open_in(NamedMemory const& memory) const;
  bool can_get() const override { return may_get() || is_shut_down(); }
  int watch() override;
  void join_thread(Where) override;
  void cancel_join_thread(Where) override;
  void task_done(Where) override;
  void join(Where) override;
  bool redelivered() const override;
  void drop() noexcept override;
  void on_feeder_error(ErrorHook) override {}  // there is no feeder: put itself throws

  std::string const& name() const override { return tracer_.name(); }
  int maxsize() const override { return tracer_.maxsize(); }
  int reader() const override { return -1; }
  int writer() const override { return -1; }
  int semaphore(trace::Resource) const override;
  std::uint32_t segments_used() const override { return log_.used_segments(); }
  std::uint16_t trace_index() const override { return tracer_.index(); }

  void finish_feeder() noexcept override;
  void wait_for_feeder() noexcept override {}
  void after_fork() noexcept override;
  void started(pid_t child) noexcept override;

 private:
  /// A lock between threads of one process for very short critical sections; half the cost of a std::mutex.
  class ShortLock {
   public:
    void lock() noexcept {
      while (taken_.test_and_set(std::memory_order_acquire)) taken_.wait(true, std::memory_order_relaxed);
    }
    void unlock() noexcept {
      taken_.clear(std::memory_order_release);
      taken_.notify_one();
    }

   private:
    std::atomic_flag taken_;
  };
  /// Local to this process.
  struct ProcessLocalState {
    std::atomic<bool> closed{false};
    ShortLock lock;  ///< guards the fields below
    std::uint32_t page = TaskLedger::nobody;
    struct Task {
      TaskLedger::Held held;
      std::thread::id taker;
      hook::ItemId item;
    };
    std::vector<Task> tasks;                   ///< taken and not done, oldest first
    ProcessLocalState* before_fork = nullptr;  ///< the parent's; its lock may be held, so it is never touched
  };
  enum class WaitResult : std::uint8_t { yes, timed_out, shut_down, abandoned };

  bool joinable() const { return type_ == trace::QueueClass::joinable; }
  std::uint32_t max_items() const { return static_cast<std::uint32_t>(maxsize()); }
  bool bounded_full() const { return log_.holds(max_items()); }
  bool is_shut_down() const {
    return shared_->is_shut_down.load(std::memory_order_relaxed) != 0 ||
           (producers_ != 0 && shared_->producers_done.load(std::memory_order_relaxed) >= producers_);
  }
  /// Whether other processes have taken tasks, and this one has not.
  bool others_took_tasks() const { return local_->page == TaskLedger::nobody && ledger_.any_pages(); }
  void signal_descriptor() const {
    if (shared_->watched.load(std::memory_order_relaxed) != 0) [[unlikely]]
      write_descriptor();
  }
  void write_descriptor() const;
  void clear_descriptor() const;
  void wake_everybody();
  void leave();
  bool may_get() const;
  void check_open(hook::Kind end_kind, hook::ItemId item, Where where) const;
  template <typename Ready>
  [[nodiscard]] WaitResult wait_until(EventCount& sleepers, SpinBudget& spin, hook::Resource resource,
                                      hook::ItemId const& item, Block block, Deadline const& deadline, Ready&& ready);
  [[nodiscard]] WaitResult put_within(Pieces const& body, hook::ItemId const& item, Block block,
                                      Deadline const& deadline);
  [[nodiscard]] WaitResult get_within(Receiver& receiver, hook::ItemId& item, std::size_t& bytes, Block block,
                                      Deadline const& deadline);
  void let_readers_catch_up(std::size_t bytes);
  void commit(std::uint64_t behind, hook::ItemId const& item, std::size_t bytes);
  void repair();
  hook::EventFields about_frame(SegmentedLog::Frame const& frame) const;
  void drain();
  std::uint32_t own_page();
  void remember(TaskLedger::Held const& held, hook::ItemId item);
  ProcessLocalState::Task next_task();
  [[nodiscard]] bool read_returned(Receiver& receiver, hook::ItemId& item, std::size_t& bytes);
  void read_first(Receiver& receiver, hook::ItemId& item, std::size_t& bytes);
  void receive(SegmentedLog::Frame const& frame, Receiver& receiver) const;
  void settle_claims();
  bool settle_dead();
  [[noreturn]] void throw_lost(std::uint32_t before, Where where);

  QueueTracer tracer_;
  trace::QueueClass type_;
  bool redeliver_, tell_abandoned_;
  bool tracks_handles_;  ///< for tell_abandoned, and for the joins of a JoinableQueue
  std::uint32_t producers_;
  std::atomic<int> handles_{1};
  FileDescriptor event_;  ///< an eventfd that is readable while can_get(), once the queue is watched
  HardenedMemory shared_;
  SegmentedLog log_;
  TaskLedger ledger_;
  RobustLock write_lock_, read_lock_;
  SpinBudget arrival_spin_, room_spin_, all_done_spin_;
  std::unique_ptr<ProcessLocalState> local_;
};

}  // namespace mp::detail
