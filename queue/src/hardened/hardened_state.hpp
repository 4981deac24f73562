// The memory of one queue of Mechanism::hardened, and who repairs which field of it:
//
//   write_lock, read_lock   the kernel frees them when their holder dies; a wake that a death swallowed is made up for
//   by
//                           the slice of those who wait
//   line.written, .read     nothing to repair: one store each
//   line's free segments    Line::rebuild, by the next writer that needs a segment after damage.leaked was set
//   arrival, room, all_done a wake that a death swallowed is made up for by the slice of the sleepers
//   shut                    nothing to repair: one store
//   ledger                  Ledger::settle, by whoever waits or takes a page
//   attendance              whoever looks asks whether the process is alive
#pragma once

#include <cstddef>
#include <cstdint>

#include "hardened/event_count.hpp"
#include "hardened/open_handles.hpp"
#include "hardened/robust_mutex.hpp"
#include "hardened/segmented_log.hpp"
#include "hardened/shared_atomic.hpp"
#include "hardened/task_ledger.hpp"

namespace mp::detail {

struct HardenedState {
  alignas(64) RobustMutex write_lock;
  alignas(64) RobustMutex read_lock;
  SegmentedLogState line;
  alignas(64) EventCount arrival;   ///< getters, until an item comes
  alignas(64) EventCount room;      ///< putters, until an item goes
  alignas(64) EventCount all_done;  ///< joiners
  alignas(64) RecoveryFlags recovery;
  Shared<std::uint32_t> shut;
  OpenHandles open_handles;
  TaskLedgerState ledger;
};

/// Anonymous memory, shared with the children, returned when the last handle of this process is gone. Pages that
/// nobody touched cost nothing. Throws OSError.
class SharedHardenedState {
 public:
  SharedHardenedState();
  ~SharedHardenedState();
  SharedHardenedState(SharedHardenedState const&) = delete;
  SharedHardenedState& operator=(SharedHardenedState const&) = delete;

  HardenedState* operator->() const { return state_; }
  HardenedState& operator*() const { return *state_; }
  SegmentedLog line() const { return SegmentedLog(state_->line, state_ + 1, segments_); }

 private:
  std::size_t bytes() const { return sizeof(HardenedState) + SegmentedLog::bytes(segments_); }

  HardenedState* state_ = nullptr;
  std::uint32_t segments_ = 65536;  ///< 4 GiB of items, or what the system grants
};

}  // namespace mp::detail
