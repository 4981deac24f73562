// Which process holds which task of a hardened JoinableQueue. Each process that takes tasks has a page with an entry
// for each of them. When it dies, the process that notices settles the page.
//
// Who may write what: a page's entries and `taken`, its process and the process that settles it, holding the read lock;
// `done` and the state of an entry, also the process that finishes the task. An entry is valid once the log's read
// position has passed its item: a process that dies before has taken nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <mp/byte_queue.hpp>
#include <mp/errors.hpp>

#include "base/process_identity.hpp"
#include "hardened/segmented_log.hpp"
#include "hardened/shared_atomic.hpp"

namespace mp::detail {

/// One task that was taken.
struct Entry {
  enum class State : std::uint32_t { none, held, returned, done };
  static constexpr std::size_t max_inline = 24;

  Shared<State> state;
  std::uint32_t index;  ///< its number among all tasks taken on its page
  std::uint32_t owner;  ///< the page of its holder; after a redelivery not the page that the entry is on
  std::uint32_t count;  ///< of its position in the log
  std::uint32_t bytes;
  std::uint32_t unit;
  std::uint32_t behind;
  std::uint16_t producer;
  std::uint16_t deliveries;
  std::uint32_t sequence;
  std::uint32_t has_body;  ///< whether `body` has the item's body
  char body[max_inline];

  SegmentedLog::Frame frame() const { return {unit, bytes, {producer, sequence}, {count + 1, behind}}; }
};

struct LedgerPage {
  static constexpr std::uint32_t entries = 4096;

  Shared<std::int32_t> pid;  ///< 0: unused
  Shared<std::uint64_t> start;
  Shared<std::uint32_t> taken;    ///< tasks ever taken, modulo 2^32; `entry` is a ring of the newest
  Shared<std::uint32_t> done;     ///< of these
  Shared<std::uint32_t> wrapped;  ///< whether the ring `entry` has wrapped around
  char name[32];
  Entry entry[entries];

  Entry& at(std::uint32_t index) { return entry[index % entries]; }
  /// Calls `function(entry, index)` for each taken task that is still in the ring. The place of the oldest may already
  /// have the claim to the next task, which is not known to be taken yet.
  template <typename Function>
  void each_taken(Function&& function) {
    std::uint32_t const end = taken.load();
    for (std::uint32_t index = wrapped.load() == 0 ? 0 : end - entries; index != end; ++index) {
      if (at(index).index == index) function(at(index), index);
    }
  }
  ProcessIdentity owner() const { return {pid.load(), start.load()}; }
};

/// A task that will never be done.
struct LostEntry {
  std::uint32_t page, index;  ///< where its entry was
  std::int32_t pid;
  char holder[32];
  char item[64];
};

struct TaskLedgerState {
  static constexpr std::uint32_t pages = 1024;
  static constexpr std::uint32_t max_lost_entries = 256;

  Shared<std::uint32_t> used;          ///< the first page that was never used
  Shared<std::uint32_t> credit;        ///< task_done calls without a task of their own
  Shared<std::uint32_t> any_returned;  ///< whether there may be entries waiting for redelivery
  Shared<std::uint32_t> lost;          ///< tasks ever lost
  Shared<std::uint32_t> reported;      ///< of these, by a join
  LostEntry lost_entry[max_lost_entries];
  LedgerPage page[pages];
};

class TaskLedger {
 public:
  TaskLedger(TaskLedgerState& state, SegmentedLog& log, bool redeliver, Describe describe, std::uint16_t queue)
      : state_(&state), log_(&log), redeliver_(redeliver), describe_(describe), queue_(queue) {}

  static constexpr std::uint32_t nobody = 0xffffffff;

  /// Opens a page for this process. Holding the read lock. Throws RuntimeError if live processes own all pages.
  [[nodiscard]] std::uint32_t open_page(std::string_view name);
  /// Where a task's entry is.
  struct Held {
    std::uint32_t page = nobody;
    std::uint32_t index = 0;
  };
  /// Records that this page's process takes the first item of the log. Valid as soon as the log's read position passes
  /// the item, after which taken() must be called. Holding the read lock. Throws RuntimeError if the queue redelivers
  /// and the page's ring is full of unfinished tasks.
  [[nodiscard]] Held take(std::uint32_t number, SegmentedLog::Frame const& first);
  void taken(Held const& held);
  /// Decides for processes that died after take() whether they had taken their item. Holding the read lock, and before
  /// the next item is taken: afterwards an invalid claim could not be told from a valid one.
  void settle_claims();
  /// Finds a task that waits for redelivery. Holding the read lock.
  [[nodiscard]] Held find_returned();
  void take_returned(Held const& held, std::uint32_t page);
  SegmentedLog::Frame frame(Held const& held) const { return entry(held).frame(); }
  [[nodiscard]] bool may_have_returned() const { return state_->any_returned.load(std::memory_order_relaxed) != 0; }

  /// Marks a task as done. Holding the read lock if the queue redelivers.
  void finish(Held const& held);
  /// Marks an unspecified task as done. Holding the read lock. Returns false if there is none.
  bool finish_any();

  /// Items put and not yet done. May be too large during concurrent calls, never too small.
  std::int32_t unfinished() const;

  /// Whether a process that holds tasks has died. Makes system calls.
  [[nodiscard]] bool somebody_died() const;
  /// Marks the tasks of dead processes as lost, or for redelivery. Holding the read lock. Returns whether any page was
  /// settled.
  bool settle();
  /// Whether any process has ever taken a task.
  [[nodiscard]] bool any_pages() const { return state_->used.load() != 0; }
  std::uint32_t lost() const { return state_->lost.load(); }
  std::uint32_t reported() const { return state_->reported.load(); }
  /// The tasks lost since `from`, or since the last report if that was earlier.
  std::vector<LostTask> report_lost(std::uint32_t from);

  void each_pinned(SegmentedLog::Visit const& visit) const;

 private:
  Entry& entry(Held const& held) const { return state_->page[held.page].at(held.index); }
  template <typename Function>
  void each_open(Function&& function) const;
  void settle(std::uint32_t number);
  void return_tasks(std::uint32_t number);
  void lose(Held const& held);
  bool died_taking(LedgerPage& page) const;

  TaskLedgerState* state_;
  SegmentedLog* log_;
  bool redeliver_;
  Describe describe_;
  std::uint16_t queue_;
};

}  // namespace mp::detail
