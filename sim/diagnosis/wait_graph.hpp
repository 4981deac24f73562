// Who could end whose wait: the edges along which a diagnosis walks. Private to the diagnosis.
#pragma once

#include <vector>

#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

class WaitGraph {
 public:
  WaitGraph(Trace const& trace, World const& world) : trace_(trace), world_(world) {}

  /// Blocked by something other than itself: not asleep, and no feeder that has nothing to do.
  bool waits(ActorIndex) const;
  /// Goes on by itself, sooner or later: it runs, sleeps, repairs, or its wait has a time-out.
  bool lively(ActorIndex) const;
  bool dead(ActorIndex) const;
  /// Waits on a hardened queue for what a dead process has in hand: it learns of that, and makes up for it.
  bool repairs(ActorIndex) const;
  bool is_process(ActorIndex) const;
  /// Feeds this queue and has something to write.
  bool has_to_write(ActorIndex, QueueIndex) const;
  /// Who is in the middle of writing the message that is at the front of the pipe; nobody if it is whole.
  ActorIndex writer_of_half_message(QueueIndex) const;

  /// Who could end this actor's wait, the likeliest first; a lock's dead holder is among them. Empty: nobody.
  std::vector<ActorIndex> providers(ActorIndex) const;
  /// From this actor along providers: to one who is lively if there is such a way, else as far as it goes.
  /// The last one stands in the path twice if the way runs in a circle.
  std::vector<ActorIndex> path(ActorIndex) const;

 private:
  std::vector<ActorIndex> who_could_put(QueueIndex, ActorIndex except) const;
  std::vector<ActorIndex> who_could_get(QueueIndex, ActorIndex except) const;
  std::vector<ActorIndex> who_could_finish_tasks(QueueIndex, ActorIndex except) const;
  std::vector<ActorIndex> sleeping_joiners(QueueIndex) const;
  std::vector<ActorIndex> path_to_lively(ActorIndex) const;
  template <class Rank>
  std::vector<ActorIndex> ranked(Rank const& rank) const;

  Trace const& trace_;
  World const& world_;
};

}  // namespace qs
