// What is compared: a peer is one way to bring items from processes to processes.
//
// Most are a class with put() and get(), made before the processes are forked, and get their loops from here:
//
//     Peer{"pipe", ..., .start = forked([](Cell const& cell) { return std::make_shared<RawPipe>(cell); })}
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cell.hpp"
#include "team.hpp"

namespace benchmarks {

/// What a peer can do about a bound. One with a single kind of cell stands for both in comparisons.
enum class Bounds { either, never, always };
inline Bound only_bound(Bounds bounds) { return bounds == Bounds::always ? Bound::items : Bound::none; }

struct Peer {
  std::string id;     ///< in names of cells: "python-queue"
  std::string title;  ///< in tables: "CPython Queue"
  Bounds bounds = Bounds::either;
  /// Why it has no such cell; empty when it has.
  std::function<std::string(Cell const&)> refusal = [](Cell const&) { return std::string(); };
  /// Makes the queues, and starts the processes of the cell: producers have the first places, consumers the next. In a
  /// round trip, place 0 sends first. The queues live as long as what it returns.
  std::function<std::shared_ptr<void>(Cell const&, Team&)> start;
};

/// One line each, in peers.cpp.
std::vector<Peer> peers();
/// What is not among them, and why: "boost::interprocess::message_queue: libboost-dev is not installed".
std::vector<std::string> absent_peers();

template <typename C>
concept Channel = requires(C& channel) {
  // One item of the cell's size, or as many as they return.
  { channel.put() } -> std::same_as<std::uint64_t>;
  { channel.get() } -> std::same_as<std::uint64_t>;
};

void produce(Channel auto& channel, std::uint64_t most, Board const& board, Place& place) {
  for (std::uint64_t count = 0; count < most && board.stop.load(std::memory_order_relaxed) == 0;) {
    place.count.store(count += channel.put(), std::memory_order_relaxed);
  }
}

void consume(Channel auto& channel, Place& place) {
  for (std::uint64_t count = 0;;) place.count.store(count += channel.get(), std::memory_order_relaxed);
}

void ping(Channel auto& there, Channel auto& back, Board& board, Place& place) {
  for (std::uint64_t count = 0; board.stop == 0 && count < board.samples.size();) {
    auto const begin = std::chrono::steady_clock::now();
    there.put();
    back.get();
    auto const time = std::chrono::steady_clock::now() - begin;
    board.samples[count] = static_cast<std::uint32_t>(std::chrono::nanoseconds(time).count());
    place.count.store(++count, std::memory_order_relaxed);
  }
}

void pong(Channel auto& there, Channel auto& back) {
  for (;;) {
    there.get();
    back.put();
  }
}

/// `start` of a peer whose `make(cell)` returns a shared_ptr to a Channel.
auto forked(auto make) {
  return [make](Cell const& cell, Team& team) -> std::shared_ptr<void> {
    auto const channel = make(cell);
    if (cell.kind == Kind::round_trip) {
      auto const back = make(cell);
      team.fork_at(0, [&](Place& place) { ping(*channel, *back, team.board(), place); });
      team.fork_at(1, [&](Place&) { pong(*channel, *back); });
      return std::make_shared<std::pair<std::shared_ptr<void>, std::shared_ptr<void>>>(channel, back);
    }
    std::size_t place = 0;
    for (int producer = 0; producer < cell.shape.producers; ++producer) {
      team.fork_at(place++, [&](Place& own) { produce(*channel, most_items_of_a_producer(cell), team.board(), own); });
    }
    for (int consumer = 0; consumer < cell.shape.consumers; ++consumer) {
      team.fork_at(place++, [&](Place& own) { consume(*channel, own); });
    }
    return channel;
  };
}

}  // namespace benchmarks
