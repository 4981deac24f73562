#include "hardened/segmented_log.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <vector>

namespace mp::detail {

namespace {

/// The kernel takes back whole pages only, so segments start at a page boundary, whatever the size of a page. Relative
/// to the start of a file, which is mapped at a page boundary and at different addresses in different processes.
std::byte* aligned_to_segment(void* start, std::byte const* base) {
  auto const address = reinterpret_cast<std::uintptr_t>(start) - reinterpret_cast<std::uintptr_t>(base);
  std::uintptr_t const aligned = (address + SegmentedLog::segment_bytes - 1) & ~(SegmentedLog::segment_bytes - 1);
  return static_cast<std::byte*>(start) + (aligned - address);
}

}  // namespace

SegmentedLog::SegmentedLog(SegmentedLogState& state, void* memory, std::uint32_t segments, File file)
    : state_(&state),
      links_(static_cast<std::uint32_t*>(memory)),
      pins_(links_ + segments),
      file_(file),
      arena_(aligned_to_segment(pins_ + segments, file.base)),
      segments_(segments) {
  static_assert(sizeof(Header) == unit);
}

/// Links a new segment behind the one that ends at `where`, and moves `where` to its start.
bool SegmentedLog::extend(std::uint32_t& where) {
  std::uint32_t const next = allocate();
  if (next == none) return false;
  link(segment_of(where)).store(next, std::memory_order_relaxed);
  where = next * segment_units;
  return true;
}

/// Writes both pieces, across the ends of segments. The boundary between the pieces need not be that of a unit.
bool SegmentedLog::write_over_ends(Pieces const& body, std::uint32_t& where) {
  std::size_t into = 0;  // offset within the unit
  for (std::string_view rest : {body.first, body.second}) {
    while (!rest.empty()) {
      if (offset_of(where) == last_unit && !extend(where)) return false;
      std::size_t const room = (last_unit - offset_of(where)) * unit - into;
      std::size_t const piece = std::min(room, rest.size());
      std::memcpy(at(where) + into, rest.data(), piece);
      rest.remove_prefix(piece);
      where += static_cast<std::uint32_t>((into + piece) / unit);
      into = (into + piece) % unit;
    }
  }
  if (into != 0) ++where;
  return true;
}

/// Calls `touch` for each segment in which the frame has bytes.
template <typename Touch>
void SegmentedLog::touched(Frame const& frame, Touch&& touch) const {
  std::uint32_t segment = segment_of(frame.at);
  std::uint32_t const last = segment_of(frame.behind.unit);
  for (;;) {
    std::uint32_t const next = segment == last ? none : link(segment).load(std::memory_order_relaxed);
    touch(segment);
    if (next == none) return;
    segment = next;
  }
}

void SegmentedLog::pin(Frame const& frame) {
  touched(frame, [this](std::uint32_t segment) { ++pins_[segment]; });
}

void SegmentedLog::unpin(Frame const& frame) {
  touched(frame, [this](std::uint32_t segment) {
    if (--pins_[segment] != left_behind) return;
    pins_[segment] = 0;
    free(segment);
  });
}

std::uint32_t SegmentedLog::allocate() {
  if (std::uint32_t const segment = pop(state_->hot); segment != none) {
    state_->hot_count.fetch_sub(1, std::memory_order_relaxed);
    return segment;
  }
  if (std::uint32_t const segment = pop(state_->cold); segment != none) {
    if (reserve(segment)) return segment;
    // It stays unreachable until the rebuild that follows an exhausted memory.
    return none;
  }
  std::uint32_t const fresh = state_->fresh.load(std::memory_order_relaxed);
  if (fresh == segments_ || !reserve(fresh)) return none;
  state_->fresh.store(fresh + 1, std::memory_order_relaxed);
  return fresh;
}

/// Only one process pops at a time, so there is no ABA problem: the link below an unchanged top is unchanged.
std::uint32_t SegmentedLog::pop(Shared<std::uint32_t>& stack) {
  std::uint32_t top = stack.load(std::memory_order_acquire);
  while (top != 0) {
    if (stack.compare_exchange_weak(top, link(top - 1).load(std::memory_order_relaxed), std::memory_order_acquire))
      return top - 1;
  }
  return none;
}

bool SegmentedLog::reserve(std::uint32_t segment) const {
  if (file_.descriptor < 0) return true;
  auto const offset = at(segment * segment_units) - file_.base;
  return fallocate(file_.descriptor, 0, offset, segment_bytes) == 0;
}

void SegmentedLog::free(std::uint32_t segment) {
  // After a backlog, the pages beyond the first free segments go back to the system. Where the kernel refuses, the
  // segment keeps its pages and remains usable.
  if (state_->hot_count.load(std::memory_order_relaxed) >= max_hot_segments &&
      madvise(at(segment * segment_units), segment_bytes, MADV_REMOVE) == 0) {
    return push(state_->cold, segment);
  }
  state_->hot_count.fetch_add(1, std::memory_order_relaxed);
  push(state_->hot, segment);
}

void SegmentedLog::push(Shared<std::uint32_t>& stack, std::uint32_t segment) {
  std::uint32_t top = stack.load(std::memory_order_relaxed);
  do {
    link(segment).store(top, std::memory_order_relaxed);
  } while (!stack.compare_exchange_weak(top, segment + 1, std::memory_order_release));
}

void SegmentedLog::rebuild(std::function<void(Visit const&)> const& pinned) {
  std::uint32_t const fresh = state_->fresh.load();
  std::vector<bool> in_log(fresh, false);
  std::vector<std::uint32_t> pins(fresh, 0);
  std::uint32_t const last = segment_of(written().unit);
  for (std::uint32_t segment = segment_of(read().unit);; segment = link(segment).load()) {
    in_log[segment] = true;
    if (segment == last) break;
  }
  pinned([&](Frame const& frame) { touched(frame, [&](std::uint32_t segment) { ++pins[segment]; }); });
  state_->hot.store(0);
  state_->cold.store(0);
  state_->hot_count.store(0);
  for (std::uint32_t segment = 0; segment < fresh; ++segment) {
    pins_[segment] = pins[segment] == 0 ? 0 : pins[segment] | (in_log[segment] ? 0 : left_behind);
    if (!in_log[segment] && pins[segment] == 0) free(segment);
  }
}

std::uint32_t SegmentedLog::free_segments() const {
  std::uint32_t count = 0;
  for (auto const* stack : {&state_->hot, &state_->cold}) {
    for (std::uint32_t top = stack->load(); top != 0; top = link(top - 1).load()) ++count;
  }
  return count;
}

}  // namespace mp::detail
