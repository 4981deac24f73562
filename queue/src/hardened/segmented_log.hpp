// The log of items in shared memory: the transport of Mechanism::hardened. Frames follow each other in segments of
// 64 KiB; writers reuse the segments that the readers have left.
//
// No operation can be half done. A frame is written first and published by one store (`written`), and taken by one
// store
// (`read`): a process that dies before the store has done nothing, one that dies after it has done everything. A death
// can leave unreachable segments behind, which rebuild() finds.
//
// Who may write what:
//   written, seen_read, fresh, links of segments in the log, pops of the two stacks of free segments:
//                                               the holder of the write lock
//   read, seen_written, pins, pushes onto the stacks:   the holder of the read lock
//   rebuild():                                  the holder of both
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>

#include <mp/item.hpp>

#include "hardened/shared_atomic.hpp"
#include "trace/hook.hpp"

namespace mp::detail {

/// A position in the log, packed into one word: the number of items before it (modulo 2^32), and its offset in units.
struct LogPosition {
  std::uint32_t count = 0;
  std::uint32_t unit = 0;
  constexpr std::uint64_t packed() const { return (std::uint64_t{count} << 32) | unit; }
  static constexpr LogPosition unpack(std::uint64_t word) {
    return {static_cast<std::uint32_t>(word >> 32), static_cast<std::uint32_t>(word)};
  }
};

/// In shared memory. Initially all zeros, except for `fresh`.
struct SegmentedLogState {
  alignas(64) Shared<std::uint64_t> written;  ///< LogPosition
  Shared<std::uint32_t> seen_read;            ///< a lower bound of read.count, cached by the writers
  alignas(64) Shared<std::uint64_t> read;     ///< LogPosition
  Shared<std::uint32_t> seen_written;         ///< a lower bound of written.count, cached by the readers
  alignas(64) Shared<std::uint32_t> hot;      ///< stack of free segments that have pages: 1 + its top; 0: empty
  Shared<std::uint32_t> cold;                 ///< the same for those whose pages were returned to the system
  Shared<std::uint32_t> hot_count;
  Shared<std::uint32_t> fresh;  ///< the first segment that was never used
};

class SegmentedLog {
 public:
  static constexpr std::size_t unit = 16;
  static constexpr std::size_t segment_bytes = std::size_t{64} << 10;
  static constexpr std::uint32_t segment_units = segment_bytes / unit;
  static constexpr std::uint32_t last_unit =
      segment_units - 1;  ///< never used, so that the end of a segment is a position of its own
  static constexpr std::uint32_t segment_of(std::uint32_t at) { return at / segment_units; }
  static constexpr std::uint32_t offset_of(std::uint32_t at) { return at % segment_units; }
  static constexpr std::uint32_t units_of(std::size_t bytes) {
    return static_cast<std::uint32_t>((bytes + unit - 1) / unit);
  }
  static constexpr std::size_t largest_body = 0xffffffff;
  static constexpr std::uint32_t max_hot_segments = 64;
  static constexpr std::uint32_t long_log_segments = 48;  ///< segments: 3 MiB

  /// How much memory follows the state for this many segments. Includes the space to align the first segment.
  static constexpr std::size_t bytes(std::uint32_t segments) {
    return segments * (sizeof(std::uint32_t) * 2 + segment_bytes) + segment_bytes;
  }
  /// The file that the memory is mapped from, and its first byte in this process. The segments of a file get their
  /// pages before they are written, because a full file system would end the process by SIGBUS.
  struct File {
    int descriptor = -1;
    std::byte* base = nullptr;
  };
  SegmentedLog(SegmentedLogState& state, void* memory, std::uint32_t segments, File file);
  SegmentedLog(SegmentedLogState& state, void* memory, std::uint32_t segments)
      : SegmentedLog(state, memory, segments, File()) {}
  /// Gives segment 0 its pages; false if there are none.
  [[nodiscard]] bool reserve_first() const { return reserve(0); }

  LogPosition written() const { return LogPosition::unpack(state_->written.load(std::memory_order_acquire)); }
  LogPosition read() const { return LogPosition::unpack(state_->read.load(std::memory_order_acquire)); }
  /// Read before written: in this order a concurrent put and get cannot make the difference negative. It can exceed the
  /// bound of the queue when items are got and put in between.
  std::uint32_t size() const {
    std::uint32_t const taken = read().count;
    return written().count - taken;
  }

  // Each side reads the other's position only if the cached value does not suffice, because that cache line belongs to
  // another processor. The holder of the side's lock updates the cached value.
  [[nodiscard]] bool any() const {
    return unread(state_->seen_written.load(std::memory_order_acquire)) || unread(written().count);
  }
  [[nodiscard]] bool any_for_reader() {
    if (unread(state_->seen_written.load(std::memory_order_acquire))) return true;
    std::uint32_t const seen = written().count;
    state_->seen_written.store(seen, std::memory_order_release);
    return unread(seen);
  }
  [[nodiscard]] bool holds(std::uint32_t most) const {
    return since(state_->seen_read.load(std::memory_order_relaxed)) >= most && since(read().count) >= most;
  }
  [[nodiscard]] bool holds_for_writer(std::uint32_t most) {
    if (since(state_->seen_read.load(std::memory_order_relaxed)) < most) return false;
    std::uint32_t const seen = read().count;
    state_->seen_read.store(seen, std::memory_order_relaxed);
    return since(seen) >= most;
  }

  /// Writes a frame at the end of the log, not yet visible to readers. Returns the packed position behind it, or
  /// `no_memory`.
  [[nodiscard]] std::uint64_t write(Pieces const& body, hook::ItemId const& item);
  void commit_written(std::uint64_t behind) { state_->written.store(behind, std::memory_order_release); }
  static constexpr std::uint64_t no_memory = ~std::uint64_t{0};

  /// Whether writing `bytes` would take memory that was never used although the log is long already. An estimate,
  /// without a lock.
  [[nodiscard]] bool would_grow(std::size_t bytes) const {
    auto const where = static_cast<std::uint32_t>(state_->written.load(std::memory_order_relaxed));
    if (units_of(bytes) + 1 <= last_unit - offset_of(where)) [[likely]]
      return false;
    return state_->fresh.load(std::memory_order_relaxed) > long_log_segments &&
           state_->hot_count.load(std::memory_order_relaxed) * segment_bytes < bytes &&
           state_->cold.load(std::memory_order_relaxed) == 0;
  }

  /// Where a frame is in the log.
  struct Frame {
    std::uint32_t at;  ///< its unit
    std::uint32_t bytes;
    hook::ItemId item;
    LogPosition behind;
  };
  /// The oldest frame. The log must not be empty.
  Frame front() const { return frame(read()); }
  Frame frame(LogPosition place) const;
  /// Calls `take(std::string_view)` for each contiguous piece of the frame's body.
  template <typename Take>
  void visit(Frame const& frame, Take&& take) const {
    walk(frame.at + 1, frame.bytes, [&](std::uint32_t where, std::size_t bytes) {
      take(std::string_view(reinterpret_cast<char const*>(at(where)), bytes));
    });
  }
  void copy(Frame const& frame, char* to) const;
  /// Takes the first frame, and frees the segments before the new read position, unless they are pinned.
  void commit_read(Frame const& first);

  /// Keeps a frame's memory for a later read.
  void pin(Frame const& frame);
  void unpin(Frame const& frame);

  /// Frees every segment that is neither in the log nor pinned. `pinned(visit)` must call `visit(frame)` for each
  /// pinned frame. If the caller dies meanwhile, the next call starts over.
  using Visit = std::function<void(Frame const&)>;
  void rebuild(std::function<void(Visit const&)> const& pinned);

  /// Segments on the two stacks, for tests. Needs both locks, or no concurrent calls.
  std::uint32_t free_segments() const;
  std::uint32_t used_segments() const { return state_->fresh.load(); }

 private:
  struct Header;
  bool unread(std::uint32_t written) const {
    auto const count = LogPosition::unpack(state_->read.load(std::memory_order_acquire)).count;
    return static_cast<std::int32_t>(written - count) > 0;
  }
  std::uint32_t since(std::uint32_t read) const {
    return LogPosition::unpack(state_->written.load(std::memory_order_relaxed)).count - read;
  }
  static constexpr std::uint32_t none = 0xffffffff;
  static constexpr std::uint32_t left_behind = 0x80000000;  ///< flag in pins: the read position has passed the segment
  std::byte* at(std::uint32_t unit_index) const { return arena_ + std::size_t{unit_index} * unit; }
  std::atomic_ref<std::uint32_t> link(std::uint32_t segment) const { return std::atomic_ref(links_[segment]); }
  [[nodiscard]] bool extend(std::uint32_t& where);
  [[nodiscard]] bool write_over_ends(Pieces const& body, std::uint32_t& where);
  [[nodiscard]] std::uint32_t allocate();
  [[nodiscard]] std::uint32_t pop(Shared<std::uint32_t>& stack);
  [[nodiscard]] bool reserve(std::uint32_t segment) const;
  void free(std::uint32_t segment);
  void push(Shared<std::uint32_t>& stack, std::uint32_t segment);
  template <typename Piece>
  std::uint32_t walk(std::uint32_t from, std::size_t bytes, Piece&& piece) const;
  template <typename Touch>
  void touched(Frame const& frame, Touch&& touch) const;

  SegmentedLogState* state_;
  std::uint32_t* links_;  ///< by segment: the next in the log, or 1 + the next on its stack
  std::uint32_t* pins_;   ///< by segment: number of pinned frames, and left_behind
  File file_;
  std::byte* arena_;
  std::uint32_t segments_;
};

/// Precedes each body.
struct SegmentedLog::Header {
  std::uint32_t bytes;
  std::uint16_t producer;
  std::uint16_t reserved;
  std::uint32_t sequence;
  std::uint32_t spare;
};

inline std::uint64_t SegmentedLog::write(Pieces const& body, hook::ItemId const& item) {
  std::uint64_t const now = state_->written.load(std::memory_order_relaxed);
  auto where = static_cast<std::uint32_t>(now);
  if (offset_of(where) == last_unit && !extend(where)) return no_memory;
  Header header;
  header.bytes = static_cast<std::uint32_t>(body.size());
  header.producer = item.producer;
  header.reserved = 0;
  header.sequence = item.sequence;
  header.spare = 0;
  std::memcpy(at(where), &header, sizeof header);
  ++where;
  std::size_t const end = std::size_t{where} * unit + body.size();
  if (body.second.empty() && (end - 1) / segment_bytes == where / segment_units &&
      units_of(body.size()) <= last_unit - offset_of(where)) [[likely]] {
    std::memcpy(at(where), body.first.data(), body.first.size());
    where += units_of(body.size());
  } else if (!write_over_ends(body, where)) {
    return no_memory;
  }
  return ((now >> 32) + 1) << 32 | where;
}

/// Calls `piece(unit, bytes)` for each piece of a body that begins at `from`; returns the unit behind it.
template <typename Piece>
std::uint32_t SegmentedLog::walk(std::uint32_t from, std::size_t bytes, Piece&& piece) const {
  while (bytes != 0) {
    if (offset_of(from) == last_unit) from = link(segment_of(from)).load(std::memory_order_relaxed) * segment_units;
    std::size_t const here = std::min<std::size_t>((last_unit - offset_of(from)) * unit, bytes);
    piece(from, here);
    bytes -= here;
    from += units_of(here);
  }
  return from;
}

inline SegmentedLog::Frame SegmentedLog::frame(LogPosition place) const {
  std::uint32_t where = place.unit;
  if (offset_of(where) == last_unit) where = link(segment_of(where)).load(std::memory_order_relaxed) * segment_units;
  Header header{};
  std::memcpy(&header, at(where), sizeof header);
  std::uint32_t const behind = walk(where + 1, header.bytes, [](std::uint32_t, std::size_t) {});
  return {where, header.bytes, {header.producer, header.sequence}, {place.count + 1, behind}};
}

inline void SegmentedLog::copy(Frame const& frame, char* to) const {
  visit(frame, [&](std::string_view piece) {
    std::memcpy(to, piece.data(), piece.size());
    to += piece.size();
  });
}

inline void SegmentedLog::commit_read(Frame const& first) {
  std::uint32_t segment = segment_of(LogPosition::unpack(state_->read.load(std::memory_order_relaxed)).unit);
  state_->read.store(first.behind.packed(), std::memory_order_release);
  std::uint32_t const last = segment_of(first.behind.unit);
  while (segment != last) {
    std::uint32_t const next = link(segment).load(std::memory_order_relaxed);
    if (pins_[segment] == 0) {
      free(segment);
    } else {
      pins_[segment] |= left_behind;
    }
    segment = next;
  }
}

}  // namespace mp::detail
