// Our queues as peers, with the types a program would use: a struct of 16 bytes, strings for what is larger.
#pragma once

#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <memory>
#include <mp/queue.hpp>
#include <string>

#include "peer.hpp"

namespace benchmarks {

using Small = std::array<std::uint64_t, 2>;

inline Small item_of(Cell const&, Small const*) { return {1, 2}; }
inline std::string item_of(Cell const& cell, std::string const*) { return std::string(cell.size, 'x'); }

template <typename Queue>
class Ours {
 public:
  Ours(Cell const& cell, mp::Mechanism mechanism)
      : queue_({.maxsize = cell.bound == Bound::items ? bound_items : 0, .mechanism = mechanism}),
        item_(item_of(cell, static_cast<typename Queue::value_type*>(nullptr))) {}

  std::uint64_t put() {
    queue_.put(item_);
    return 1;
  }
  std::uint64_t get() {
    benchmark::DoNotOptimize(queue_.get());
    if constexpr (requires { queue_.task_done(); }) queue_.task_done();
    return 1;
  }

 private:
  Queue queue_;
  typename Queue::value_type item_;
};

/// A peer made of mp::Queue, JoinableQueue or SimpleQueue.
template <template <typename> typename Queue>
Peer ours(std::string id, std::string title, mp::Mechanism mechanism, Bounds bounds = Bounds::either) {
  auto const small = forked([=](Cell const& cell) { return std::make_shared<Ours<Queue<Small>>>(cell, mechanism); });
  auto const large =
      forked([=](Cell const& cell) { return std::make_shared<Ours<Queue<std::string>>>(cell, mechanism); });
  return {.id = std::move(id), .title = std::move(title), .bounds = bounds, .start = [=](Cell const& cell, Team& team) {
            return cell.size == sizeof(Small) ? small(cell, team) : large(cell, team);
          }};
}

}  // namespace benchmarks
