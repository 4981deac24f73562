// The processes of one cell, and the memory in which they say how far they are. All of them, and what they started,
// end with the team, also when this process is killed.
#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace benchmarks {

/// What one process says. cpython_peer.py knows the layout.
struct alignas(128) Place {
  std::atomic<std::uint64_t> process;   ///< its id, once it is ready
  std::atomic<std::uint64_t> count;     ///< items put or got, or samples taken
  std::atomic<std::uint64_t> finished;  ///< puts no more
};

/// Shared by all processes of a cell.
struct Board {
  alignas(128) std::atomic<std::uint64_t> stop;
  std::array<Place, 64> places;
  std::array<std::uint32_t, 1 << 20> samples;  ///< nanoseconds of each round trip, by the process of place 0
};

class Team {
 public:
  explicit Team(std::size_t places);
  ~Team();
  Team(Team const&) = delete;
  Team& operator=(Team const&) = delete;

  Board& board() const { return *board_; }
  std::span<Place> places() const { return {board_->places.data(), size_}; }

  /// Forks a process that waits until open(), runs `work` at its place, and sleeps.
  void fork_at(std::size_t place, std::function<void(Place&)> const& work);
  /// Starts a program that itself makes the processes of all places. The descriptors of the board and of the gate (the
  /// places begin when it is at its end) are its last two arguments.
  void execute(std::vector<std::string> arguments);

  /// Waits until each place has its process, and lets them begin. Throws when that takes too long.
  void open();
  /// Throws when one of them has ended: none should.
  void check() const;

  /// What the kernel says of each, for whoever is stuck: "R S(futex_wait_queue) ..."
  std::string states() const;
  std::chrono::nanoseconds processor_time() const;  ///< of all processes
  /// Bytes: the sum of their proportional set sizes, without what forked ones had from this process.
  std::uint64_t proportional_memory() const;
  std::uint64_t peak_memory() const;  ///< bytes: the sum of their largest resident sets

 private:
  pid_t start(std::function<void()> const& body);

  std::size_t size_;
  int memory_ = -1;         // descriptor of the board
  int gate_[2] = {-1, -1};  // nothing is written: its end is the sign
  Board* board_ = nullptr;
  std::vector<pid_t> children_;
  bool forked_ = false;
  std::uint64_t inherited_memory_ = 0;
};

}  // namespace benchmarks
