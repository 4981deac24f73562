// Where a hardened queue keeps its shared state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "hardened/hardened_state.hpp"
#include "hardened/named_memory.hpp"

namespace mp::detail {

/// Anonymous memory, shared with the children, or memory that was opened by name; unmapped with the last handle of this
/// process. Untouched pages are not allocated. Throws OSError.
class HardenedMemory {
 public:
  explicit HardenedMemory(std::unique_ptr<NamedMemory> named);
  ~HardenedMemory();
  HardenedMemory(HardenedMemory const&) = delete;
  HardenedMemory& operator=(HardenedMemory const&) = delete;

  HardenedState* operator->() const { return state_; }
  HardenedState& operator*() const { return *state_; }
  SegmentedLog log() const { return named_ ? named_->log() : SegmentedLog(state_->log, state_ + 1, segments_); }
  /// nullptr if it is anonymous.
  NamedMemory* named() const { return named_.get(); }

 private:
  std::size_t bytes() const { return sizeof(HardenedState) + SegmentedLog::bytes(segments_); }

  std::unique_ptr<NamedMemory> named_;
  HardenedState* state_ = nullptr;
  std::uint32_t segments_ = 65536;  ///< 4 GiB of items, or as much as the system grants
};

}  // namespace mp::detail
