// Known mistakes, told by the shape of the waiting and never by names. Private to the diagnosis.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/diagnosis/diagnosis.hpp"
#include "sim/diagnosis/end_marks.hpp"
#include "sim/diagnosis/wait_graph.hpp"
#include "sim/model/items.hpp"

namespace qs {

/// Whether those who are called stuck are stuck for ever, or only as long as no thread comes that is not known yet.
enum class Certainty : std::uint8_t { certain, unless_somebody_comes };

class Recogniser {
 public:
  /// `stuck`: all actors whose wait no known actor can end.
  Recogniser(Trace const& trace, World const& world, std::vector<ActorIndex> const& stuck, Certainty certainty)
      : trace_(trace),
        world_(world),
        graph_(trace, world, ForeignThreads::ignored),
        marks_(trace, world),
        stuck_(stuck),
        certainty_(certainty),
        uncaught_(world.actors.size(), no_step),
        signalled_(world.actors.size()) {
    for (Step step = 0; step < end(); ++step) {
      Event const& event = trace_.at(step);
      if (event.kind == Kind::uncaught && event.actor < uncaught_.size())
        uncaught_[graph_.process_of(event.actor)] = step;
      if (event.kind == Kind::process_signal && event.object < signalled_.size()) signalled_[event.object] = true;
    }
  }

  std::vector<Finding> run();

 private:
  QueueWorld const& queue() const { return world_.queues[queue_]; }
  std::string const& name(ActorIndex actor) const { return trace_.name(actor); }
  std::vector<ActorIndex> waiting_for(Resource resource, std::uint16_t object) const;
  std::string names(std::vector<ActorIndex> const& actors) const;
  std::string labels(std::vector<ItemId> const& items) const;
  std::string they(std::vector<ActorIndex> const& actors, std::string_view one, std::string_view many) const;
  std::string mark_words() const;
  Finding& add(BugPattern mistake, std::string title, std::vector<ActorIndex> victims);
  void undrained();
  std::map<ItemId, ActorIndex> open_tasks() const;
  void killed_workers();
  void unfinished_tasks();
  void full_for_ever();
  void starving();
  void add_starving(std::vector<ActorIndex> const& victims);
  [[nodiscard]] bool opposite_order(std::vector<ActorIndex> const& victims);
  [[nodiscard]] bool checked_then_starved(std::vector<ActorIndex> const& victims);
  [[nodiscard]] bool slept_through(std::vector<ActorIndex> const& victims);
  ActorIndex last_getter(QueueIndex index) const;
  std::vector<ItemId> refused_items() const;
  bool refused_by_feeder(ItemWorld const& item) const;
  bool join_cancelled(QueueIndex index, ActorIndex process) const;
  void lost_items();
  void add_lost_with(QueueIndex index, ActorIndex process, std::vector<ItemId> const& items);

  void tasks_or_rooms_abandoned();
  void consumers_gone(std::vector<ActorIndex> const& victims, std::string const& consequence);
  std::vector<ActorIndex> live_getters() const;
  bool somebody_joins_before_it_gets() const;
  std::string ends_of(std::vector<ActorIndex> const& actors) const;

  // bug_patterns_deaths.cpp: ends that were not orderly.
  enum class Death : std::uint8_t { none, crash, killed, ended_by_program, exception, left, exit_code };
  struct InHand {
    QueueIndex queue;
    ActorIndex actor;
    Step got;
    ItemId item;
  };
  std::string label(ItemId item) const;
  bool is_opaque(ItemId item) const;
  void hint_at_previews();
  Death death_of(ActorIndex process) const;
  std::string how_it_died(ActorIndex actor) const;
  std::string exception_text(ActorIndex process) const;
  std::optional<InHand> in_hand(ActorIndex process) const;
  std::map<QueueIndex, std::vector<ItemId>> lost_with(ActorIndex process) const;
  bool leaves_unread(ActorIndex process) const;
  std::vector<ActorIndex> bereaved_by(ActorIndex process) const;
  std::string wait_words(ActorIndex actor) const;
  std::string at_place(Step step) const;
  std::string last_words(ActorIndex process) const;
  std::string what_victims_wait_for(std::vector<ActorIndex> const& victims, ActorIndex process) const;
  bool is_ancestor(ActorIndex process, ActorIndex of) const;
  bool may_hold_pointers(ActorIndex process) const;
  void disorderly_ends();
  void add_death(ActorIndex process, std::vector<ActorIndex> victims);
  void failed_joins();
  void unnoticed_crashes();
  void stopped_processes();

  // bug_patterns_circles.cpp
  enum class Joins : std::uint8_t { left_out, taken_in };
  bool waits_for_room(ActorIndex actor) const;
  bool has_done_it_before(ActorIndex actor, ActorIndex waiter) const;
  std::vector<ActorIndex> shortest_circle(Joins joins) const;
  std::vector<ActorIndex> all_who_wait_for_room_of_each_other(std::vector<ActorIndex> circle) const;
  std::string until_it_gets(ActorIndex next) const;
  std::string link_words(ActorIndex actor, ActorIndex next) const;
  void add_circle(BugPattern pattern, std::vector<ActorIndex> const& circle, std::string remedy);
  void circles_of_puts();
  void other_circles();

  // bug_patterns_messages.cpp: what is waited for went elsewhere, or was never put.
  struct Answer {
    QueueIndex from;
    ItemId request;
    QueueIndex to;
    ItemId reply;
    ActorIndex actor;
  };
  std::vector<ActorIndex> starving_at(QueueIndex index) const;
  std::string threads_words(std::vector<ActorIndex> const& actors) const;
  [[nodiscard]] bool marks_missing(std::vector<ActorIndex> const& victims);
  std::vector<Answer> answers() const;
  [[nodiscard]] bool replies_taken(std::vector<ActorIndex> const& victims);
  [[nodiscard]] bool mark_not_passed_on(std::vector<ActorIndex> const& victims);
  [[nodiscard]] bool request_unanswered(std::vector<ActorIndex> const& victims);
  [[nodiscard]] bool other_queue_of_name(std::vector<ActorIndex> const& victims, bool waits_to_put);
  [[nodiscard]] bool own_queue(std::vector<ActorIndex> const& victims);
  void missing_messages();
  bool are_idle_daemons(std::vector<ActorIndex> const& victims) const;

  // bug_patterns_killed.cpp: who died with something in hand that others need.
  void dead_holders();
  void killed_writer();
  void killed_joiner();
  struct Hands {
    std::vector<ItemId> items;
    std::vector<ActorIndex> holders;
  };
  void killed_worker(Hands const& tasks, std::vector<ActorIndex> const& joiners);

  // bug_patterns_objects.cpp: of locks, events, pipes, pools and threads.
  std::vector<ActorIndex> waiting_in(ActorIndex process, Resource resource) const;
  void killed_sleepers();
  void pipe_ends_kept_open();
  void terminated_pools();
  void failed_threads();
  void workers_dying_at_once();
  void private_copies();
  void puts_within_puts();
  void locks_taken_twice();
  void locks_in_opposite_order();
  void permits_kept();
  void barriers_incomplete();
  void notified_too_early();
  void semaphores_left();
  void vanished_memory();
  bool in_python() const;

  // bug_patterns_costs.cpp: what costs time or memory without a hang.
  struct Polls;
  void polling();
  void add_polling(ActorIndex actor, Polls const& polls, std::string const& likewise);
  void backlogs();

  // bug_patterns_unnoticed.cpp: what went wrong without anybody waiting.
  struct Overtaking {
    Step asked, faster;
  };
  bool over() const;
  Step end() const;
  Step first_after(Step after, std::function<bool(Event const&)> const& wanted) const;
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
  bool is_flag(QueueIndex index) const;
  ItemJourney const* overtaking_sentinel(ItemIndex const& items, ItemId id) const;
  void add_overtaken(Finding& finding, ItemJourney const& late, ItemJourney const& sentinel) const;
  void add_left(Finding& finding, ItemJourney const& late) const;

  Trace const& trace_;
  World const& world_;
  WaitGraph graph_;
  EndMarks marks_;
  std::vector<ActorIndex> const& stuck_;
  Certainty certainty_;
  std::vector<Step> uncaught_;   ///< by process
  std::vector<bool> signalled_;  ///< by process: another process of the program has sent it a signal
  std::set<ActorIndex> told_;    ///< processes of whose end a finding speaks
  QueueIndex queue_ = 0;
  std::vector<Finding> findings_;
};

}  // namespace qs
