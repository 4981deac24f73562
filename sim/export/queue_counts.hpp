// What is in a queue over time, as three numbers, where they are known.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sim/trace/trace.hpp"

namespace qs {

enum class Count : std::uint8_t {
  items,       ///< between put and get: what qsize() says
  pipe_bytes,  ///< written and not yet read
  unfinished,  ///< tasks, of a joinable queue
};
inline constexpr std::size_t count_kinds = 3;

class QueueCounts {
 public:
  using Changed = std::function<void(QueueIndex, Count, std::int64_t)>;
  explicit QueueCounts(Changed changed) : changed_(std::move(changed)) {}

  /// Says what the event changes. After certain == false nothing is known until an event says it again: a full or an
  /// empty queue, a qsize().
  void event(Event const&, bool certain);
  /// Says everything that is known.
  void say_all() const;

 private:
  struct Queue {
    bool simple = false, hardened = false, joinable = false, read_partly = false;
    std::int32_t maxsize = 0;
    std::array<std::optional<std::int64_t>, count_kinds> counts;
  };

  void create(Event const&);
  void set(Event const&, Count, std::int64_t value);
  void change(Event const&, Count, std::int64_t by);
  void wait(Event const&, Queue const&);
  void move(Event const&, Queue&);

  Changed changed_;
  std::vector<Queue> queues_;
};

}  // namespace qs
