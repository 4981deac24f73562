// Which actors ever put, got or joined on which queue, and therefore where they are placed on the stage. Built
// incrementally from the trace's events, so that it grows with a live run and never depends on the play head.
//
//   left    feeds the first queue             bottom  does both on one queue, or neither: main that
//   right   lives on what comes out of it             only starts and joins, for example
//
// Numbered children of one parent are siblings: one that was killed before its first get is placed with the others. A
// queue whose producers are on the right flows from right to left, as a queue of results does.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs::gui {

enum class Side : std::uint8_t { left, right, bottom };

struct StageActor {
  ActorIndex actor = nobody;
  Side side = Side::bottom;
  std::vector<QueueIndex> puts;  ///< queues in the order of first use
  std::vector<QueueIndex> gets;
  std::string siblings;  ///< the same for children of one kind; empty: it has no siblings
};

struct StageQueue {
  QueueIndex queue = 0;
  std::string name;
  mp::trace::QueueClass type = mp::trace::QueueClass::queue;
  std::int32_t maxsize = 2147483647;
  std::uint32_t capacity = 0;
  bool leftward = false;  ///< flows from right to left
  mp::Mechanism mechanism = mp::Mechanism::cpython;

  bool bounded() const { return maxsize != 2147483647; }
  bool joinable() const { return type == mp::trace::QueueClass::joinable; }
  bool hardened() const { return mechanism == mp::Mechanism::hardened; }
  bool has_feeders() const { return type < mp::trace::QueueClass::simple && !hardened(); }
};

class StageActors {
 public:
  /// Reads the new events; true if any placement may have changed.
  bool update(Trace const& trace);

  std::vector<StageActor> const& players() const { return players_; }  ///< processes and threads, by actor
  std::vector<StageQueue> const& queues() const { return queues_; }    ///< by queue index
  std::string const& name(ActorIndex actor) const { return actor < names_.size() ? names_[actor] : no_name_; }

 private:
  StageActor* player(ActorIndex actor);
  void put_on_stage(Trace const& trace);
  void take_places();
  void join_kin();

  std::vector<StageActor> players_;
  std::vector<StageQueue> queues_;
  std::vector<std::string> names_;
  std::string no_name_ = "?";
  std::unordered_map<ActorIndex, std::size_t> index_;
  std::vector<QueueIndex> order_;  ///< queues by first put or get
  std::size_t actors_seen_ = 0;
  Step events_seen_ = 0;
};

}  // namespace qs::gui
