// What must have happened before an event can: the cause and effect that clocks alone do not tell.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sim/trace/trace.hpp"

namespace qs {

/// Something that an event needs and another event provides.
struct Requirement {
  enum class What : std::uint8_t {
    queue,     ///< its creation
    unit,      ///< a lock to be free, a semaphore to be above zero; an event provides for one other event
    bytes,     ///< in the pipe
    room,      ///< in the pipe
    start,     ///< of an actor, by its parent
    end,       ///< of an actor
    buffered,  ///< an item in a buffer
  };
  What what;
  std::uint64_t which;

  friend bool operator==(Requirement, Requirement) = default;
  struct Hash {
    std::size_t operator()(Requirement need) const noexcept {
      std::uint64_t const mixed = (need.which * 8 + static_cast<std::uint64_t>(need.what)) * 0x9e3779b97f4a7c15u;
      return static_cast<std::size_t>(mixed ^ (mixed >> 32));
    }
  };
};

/// Follows the order as it is made. Events it does not understand need nothing and provide nothing.
class Causality {
 public:
  /// What this event still has to wait for; nothing: it may be the next.
  std::optional<Requirement> missing(Event const&) const;
  /// The event is the next, allowed or not. What it provides is appended to `provided`.
  void happen(Event const&, std::vector<Requirement>& provided);
  /// Items that it keeps in memory.
  std::size_t kept() const;

 private:
  struct Queue {
    bool exists = false;
    bool counts_written = false;  ///< a task is counted by the write itself, without an event of its own
    std::int64_t values[mp::trace::resource_count] = {};  ///< of locks and semaphores
    std::uint64_t capacity = 0;
    std::uint64_t bytes = 0;
    std::deque<ItemId> in_pipe;
    std::unordered_map<std::uint64_t, std::uint64_t> places;  ///< of packed items; `taken` is that of in_pipe's front
    std::uint64_t taken = std::uint64_t{1} << 62;
    /// False once an event had to be let through against the count of bytes: from then on nothing of the pipe is kept.
    bool pipe_known = true;

    bool holds(ItemId item) const;
    void forget_pipe();
    void write(ItemId item, std::uint64_t count);
    void read(ItemId item, mp::trace::Chunk chunk);
    void put_back(ItemId item, std::uint64_t count);
  };

  Queue const* find(std::uint16_t queue) const;
  Queue& at(std::uint16_t queue);
  void create(Event const&);
  void buffer(ItemId item);

  /// Items whose taking was lost stay in `buffered_`. With more than this, buffers say nothing about the order any
  /// more.
  static constexpr std::size_t most_buffered_with_gaps = std::size_t{1} << 20;

  std::vector<Queue> queues_;
  std::vector<bool> started_, ended_;           ///< by actor
  std::unordered_set<std::uint64_t> buffered_;  ///< packed items, appended and not yet taken
  bool buffers_known_ = true;
  bool gaps_ = false;  ///< events were lost
};

}  // namespace qs
