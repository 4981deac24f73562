// Who holds which task: what a JoinableQueue of Mechanism::hardened knows beyond its line. Each process that takes
// tasks has a page with an entry for each; when it dies, whoever notices it settles its page.
//
// Who may write what: a page's entries and `taken` its process, holding the read lock, and whoever settles it,
// holding the read lock; `done` and an entry's state also whoever does the task. An entry is true from the moment
// on when the line's `read` has passed its item: a process that dies before that has taken nothing.
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
  enum class State : std::uint32_t { none, held, again, done };
  static constexpr std::size_t most_inline = 24;

  Shared<State> state;
  std::uint32_t index;  ///< of how many on its page
  std::uint32_t owner;  ///< the page of the process that holds it: after a redelivery another one than where it stands
  std::uint32_t count;  ///< of the place in the line that it came from
  std::uint32_t bytes;
  std::uint32_t unit;
  std::uint32_t behind;
  std::uint16_t producer;
  std::uint16_t deliveries;
  std::uint32_t sequence;
  std::uint32_t has_body;  ///< the body was short enough to stand here
  char body[most_inline];

  SegmentedLog::Frame frame() const { return {unit, bytes, {producer, sequence}, {count + 1, behind}}; }
};

struct LedgerPage {
  static constexpr std::uint32_t entries = 4096;

  Shared<std::int32_t> pid;  ///< 0: nobody's
  Shared<std::uint64_t> start;
  Shared<std::uint32_t> taken;   ///< entries ever, modulo 2^32; the newest are in `entry`, around
  Shared<std::uint32_t> done;    ///< of them
  Shared<std::uint32_t> around;  ///< whether all of `entry` was in use once
  char name[32];
  Entry entry[entries];

  Entry& at(std::uint32_t index) { return entry[index % entries]; }
  /// `function(entry, index)` for each taken task that the ring still has. Where the oldest stood there may be the
  /// claim of the next one by now, of which nobody knows yet whether it was taken.
  template <typename Function>
  void each_taken(Function&& function) {
    std::uint32_t const end = taken.load();
    for (std::uint32_t index = around.load() == 0 ? 0 : end - entries; index != end; ++index) {
      if (at(index).index == index) function(at(index), index);
    }
  }
  ProcessIdentity owner() const { return {pid.load(), start.load()}; }
};

/// A task that nobody will do.
struct LostEntry {
  std::uint32_t page, index;  ///< where it stood
  std::int32_t pid;
  char holder[32];
  char item[64];
};

struct TaskLedgerState {
  static constexpr std::uint32_t pages = 1024;
  static constexpr std::uint32_t lost_kept = 256;

  Shared<std::uint32_t> used;      ///< pages from here on were never used
  Shared<std::uint32_t> credit;    ///< tasks done by processes that had taken none
  Shared<std::uint32_t> again;     ///< whether an entry may wait for redelivery
  Shared<std::uint32_t> lost;      ///< tasks ever lost
  Shared<std::uint32_t> reported;  ///< of them, by a join
  LostEntry lost_entry[lost_kept];
  LedgerPage page[pages];
};

class TaskLedger {
 public:
  TaskLedger(TaskLedgerState& state, SegmentedLog& line, bool redeliver, Describe describe, std::uint16_t queue)
      : state_(&state), log_(&line), redeliver_(redeliver), describe_(describe), queue_(queue) {}

  static constexpr std::uint32_t nobody = 0xffffffff;

  /// A page for this process. Holding the read lock. Throws RuntimeError when all belong to living processes.
  std::uint32_t open_page(std::string_view name);
  /// Where a task's entry is.
  struct Held {
    std::uint32_t page = nobody;
    std::uint32_t index = 0;
  };
  /// Writes that this page's process holds the line's first item; true as soon as the line's `read` passes it,
  /// after which taken() must be called. Holding the read lock. Throws RuntimeError when the page's ring comes around
  /// to a task that is not done, and the queue redelivers.
  Held take(std::uint32_t number, SegmentedLog::Frame const& first);
  void taken(Held const& held);
  /// Decides about the claim of one who died after take(): its item was taken, or it was not. Holding the read lock,
  /// and before the next item is taken: once somebody else has that one, the claim would look true.
  void settle_claims();
  /// One that waits for redelivery. Holding the read lock.
  Held find_again();
  void take_again(Held const& held, std::uint32_t page);
  SegmentedLog::Frame frame(Held const& held) const { return entry(held).frame(); }
  bool waits_again() const { return state_->again.load(std::memory_order_relaxed) != 0; }

  /// It is done. Holding the read lock if the queue redelivers.
  void finish(Held const& held);
  /// A task of somebody's, who did not say of whose. Holding the read lock. False: there is none.
  bool finish_any();

  /// Items put and not yet done, wherever they are. At least as many as are true; exact in peace.
  std::int32_t unfinished() const;

  /// Whether a process that holds tasks is dead. Asks the system.
  bool somebody_died() const;
  /// What the dead held is lost, or waits for redelivery. Holding the read lock. True: there was something.
  bool settle();
  std::uint32_t lost() const { return state_->lost.load(); }
  std::uint32_t reported() const { return state_->reported.load(); }
  /// Those since `from`, or since the last report.
  std::vector<LostTask> report_lost(std::uint32_t from);

  void each_pinned(SegmentedLog::Visit const& visit) const;

 private:
  Entry& entry(Held const& held) const { return state_->page[held.page].at(held.index); }
  template <typename Function>
  void each_open(Function&& function) const;
  void settle(std::uint32_t number);
  void hand_back(std::uint32_t number);
  void lose(Held const& held);
  bool died_taking(LedgerPage& page) const;

  TaskLedgerState* state_;
  SegmentedLog* log_;
  bool redeliver_;
  Describe describe_;
  std::uint16_t queue_;
};

}  // namespace mp::detail
