// The shared memory of one queue of Mechanism::hardened, and what repairs each field after a death:
//
//   write_lock, read_lock   freed by the kernel when the holder dies; a wake lost with a dead process costs the waiters
//                           at most one slice of sleep
//   log.written, log.read   nothing to repair: one store each
//   free segments of log    SegmentedLog::rebuild, by the next put after recovery.leaked was set
//   arrival, room, all_done a lost wake costs the sleepers at most one slice
//   is_shut_down            nothing to repair: one store
//   producers_done          nothing to repair: one addition
//   watched                 nothing to repair: one store; a signal lost with a dead writer is made up for by the next
//   put ledger                  TaskLedger::settle, by any process that waits or opens a page open_handles readers
//   check whether the registered process is alive
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
  SegmentedLogState log;
  alignas(64) EventCount arrival;   ///< waited for by get
  alignas(64) EventCount room;      ///< waited for by put
  alignas(64) EventCount all_done;  ///< waited for by join
  alignas(64) RecoveryFlags recovery;
  Shared<std::uint32_t> is_shut_down;
  Shared<std::uint32_t> producers_done;  ///< calls of done()
  Shared<std::uint32_t> watched;         ///< 1: a process polls the queue's descriptor
  OpenHandles open_handles;
  TaskLedgerState ledger;
};

}  // namespace mp::detail
