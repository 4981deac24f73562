// Known mistakes, told by the shape of the waiting and never by names. Private to the diagnosis.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/diagnosis/diagnosis.hpp"
#include "sim/diagnosis/wait_graph.hpp"
#include "sim/model/items.hpp"

namespace qs {

class Recogniser {
 public:
  /// `stuck`: everybody who waits and whom nobody can free.
  Recogniser(Trace const& trace, World const& world, std::vector<ActorIndex> const& stuck)
      : trace_(trace), world_(world), graph_(trace, world), stuck_(stuck) {}

  std::vector<Finding> run();

 private:
  QueueWorld const& queue() const { return world_.queues[queue_]; }
  std::string const& name(ActorIndex actor) const { return trace_.name(actor); }
  std::vector<ActorIndex> waiting_for(Resource resource, std::uint16_t object) const;
  std::string names(std::vector<ActorIndex> const& actors) const;
  std::string labels(std::vector<ItemId> const& items) const;
  Finding& add(BugPattern mistake, std::string title, std::vector<ActorIndex> victims);
  void undrained();
  std::map<ItemId, ActorIndex> open_tasks() const;
  void unfinished_tasks();
  void full_for_ever();
  void starving();
  void add_starving(std::vector<ActorIndex> const& victims);
  bool opposite_order(std::vector<ActorIndex> const& victims);
  bool checked_then_starved(std::vector<ActorIndex> const& victims);
  bool slept_through(std::vector<ActorIndex> const& victims);
  ActorIndex last_getter(QueueIndex index) const;
  std::vector<ItemId> refused_items() const;
  bool refused_by_feeder(ItemWorld const& item) const;
  bool join_cancelled(QueueIndex index, ActorIndex process) const;
  void lost_items();
  void add_lost_with(QueueIndex index, ActorIndex process, std::vector<ItemId> const& items);

  // mistakes_killed.cpp: who died with something in hand that others need.
  std::string how_it_died(ActorIndex actor) const;
  void dead_holders();
  void killed_writer();
  void killed_joiner();
  struct Hands {
    std::vector<ItemId> items;
    std::vector<ActorIndex> holders;
  };
  void killed_worker(Hands const& tasks, std::vector<ActorIndex> const& joiners);

  // mistakes_unnoticed.cpp: what went wrong without anybody waiting.
  struct Overtaking {
    Step asked, faster;
  };
  bool over() const;
  Step end() const;
  Step last_before(Step before, std::function<bool(Event const&)> const& wanted) const;
  std::optional<Overtaking> asked_before_acting(ActorIndex actor, QueueIndex queue, Kind question, Step before) const;
  std::string overtaking_words(ActorIndex actor, Kind question, Overtaking const& overtaking) const;
  void failed_expectations();
  void uncaught_exceptions();
  void add_uncaught(Step step, Step before);
  std::vector<ItemId> not_yet_written(QueueIndex index, Step at) const;
  void vanished_items();
  void tasks_never_done();
  void sentinels_missing();
  void items_left();
  ItemJourney const* overtaking_sentinel(ItemIndex const& items, ItemId id) const;
  void add_overtaken(Finding& finding, ItemJourney const& late, ItemJourney const& sentinel) const;
  void add_left(Finding& finding, ItemJourney const& late) const;

  Trace const& trace_;
  World const& world_;
  WaitGraph graph_;
  std::vector<ActorIndex> const& stuck_;
  QueueIndex queue_ = 0;
  std::vector<Finding> findings_;
};

}  // namespace qs
