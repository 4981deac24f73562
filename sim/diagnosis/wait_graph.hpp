// Who could end whose wait: the edges along which a diagnosis walks. Private to the diagnosis.
#pragma once

#include <vector>

#include "sim/diagnosis/diagnosis.hpp"
#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// Whether threads that have not used a queue yet count as possible users.
enum class ForeignThreads : std::uint8_t { may_come, ignored };

class WaitGraph {
 public:
  WaitGraph(Trace const& trace, World const& world, ForeignThreads foreign = ForeignThreads::may_come)
      : trace_(trace), world_(world), foreign_(foreign) {}

  /// Blocked by something other than itself: not asleep, and no feeder that has nothing to do.
  bool waits(ActorIndex) const;
  /// Continues by itself, sooner or later: it runs, sleeps, repairs, or its wait has a time-out.
  bool lively(ActorIndex) const;
  bool dead(ActorIndex) const;
  /// Waits on a hardened queue for what a dead process has in hand: it learns of that, and makes up for it.
  bool repairs(ActorIndex) const;
  bool is_process(ActorIndex) const;
  ActorIndex process_of(ActorIndex) const;
  /// Whether this process created the queue, was forked by one that had it then, or has used it; and has not given it
  /// up.
  bool has(ActorIndex process, QueueIndex) const;
  /// The same, also if it has given it up since.
  bool has_had(ActorIndex process, QueueIndex) const;
  /// Whether this process has this end of a pipe open: as its maker has, or as a fork of one that had it.
  bool has_open(ActorIndex process, QueueIndex, Step LocalEnd::*closed) const;
  /// What it was last seen doing outside the library; nullptr: nothing is known.
  Event const* outside(ActorIndex) const;
  /// A thread of this process that has not used a queue and may still do so; nullptr if there is none.
  Event const* foreign_thread(ActorIndex process) const;
  /// Feeds this queue and has something to write.
  bool has_to_write(ActorIndex, QueueIndex) const;
  /// The writer of the incomplete message at the front of the pipe; nobody if it is complete.
  ActorIndex writer_of_half_message(QueueIndex) const;

  /// Who could end this actor's wait, the likeliest first; a lock's dead holder is among them. Empty: nobody.
  std::vector<ActorIndex> providers(ActorIndex) const;
  /// From this actor along providers: to one who is lively if there is such a way, else as far as it goes.
  /// The last one is in the path twice if there is a cycle.
  std::vector<ActorIndex> path(ActorIndex) const;

 private:
  bool comes_back(ActorIndex) const;
  bool did(ActorIndex, QueueIndex, std::uint64_t QueueUse::*what) const;
  std::vector<ActorIndex> who_could_put(QueueIndex, ActorIndex except) const;
  std::vector<ActorIndex> who_could_get(QueueIndex, ActorIndex except) const;
  std::vector<ActorIndex> who_could_finish_tasks(QueueIndex, ActorIndex except) const;
  std::vector<ActorIndex> sleepers(QueueIndex, bool (*sleeps_for)(Resource)) const;
  std::vector<ActorIndex> who_could_signal(QueueIndex, ActorIndex except) const;
  std::vector<ActorIndex> who_has_permits(QueueIndex, ActorIndex except) const;
  std::vector<ActorIndex> who_hands_out_results(QueueIndex, ActorIndex waiter) const;
  std::vector<ActorIndex> neighbours(ActorIndex) const;
  std::vector<ActorIndex> path_to_lively(ActorIndex) const;
  std::vector<ActorIndex> outside_providers(ActorIndex) const;
  template <class Rank>
  std::vector<ActorIndex> ranked(Rank const& rank) const;

  Trace const& trace_;
  World const& world_;
  ForeignThreads foreign_;
};

/// As why(), along this graph.
WaitChain why(Trace const&, World const&, WaitGraph const&, ActorIndex);

}  // namespace qs
