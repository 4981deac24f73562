// Folds one event into the world. Private to the model: use World's apply().
#pragma once

#include "sim/model/world.hpp"

namespace qs {

class Fold {
 public:
  Fold(World& world, Trace const& trace, Step step)
      : world_(world),
        trace_(trace),
        step_(step),
        event_(trace.at(step)),
        actor_(world.actors[event_.actor]),
        before_(actor_.last_step) {}

  void run();

 private:
  // fold_actor.cpp: the effect of the event on actors.
  void account_for_actor();
  void end_loss();
  void on_actor();
  void become(ActorWorld& actor, ActorState state) const;
  void block();
  void wake();
  void lose_process();
  void see_foreign_thread();
  ActorWorld* other() const;
  void set_exit_code(ActorWorld& actor) const;
  void end_process(ActorIndex process, ActorState state);
  void lay_down_item();
  void lose_item_in_hand(ActorWorld& actor);
  bool is_task(ItemWorld const& item) const;
  ActorIndex process_of(ActorIndex actor) const;

  // fold_queue.cpp: its effect on a queue and on the items in it.
  void on_queue(QueueWorld& queue);
  void use(QueueUse& use) const;
  void create(QueueWorld& queue);
  void acquire(QueueWorld& queue);
  void release(QueueWorld& queue);
  void repair(QueueWorld& queue);
  void see_wait(QueueWorld& queue);
  void see_size(QueueWorld& queue);
  bool slot_in_flight(QueueWorld const& queue) const;
  void give_permit_back(QueueWorld& queue);
  void lose_task(QueueWorld& queue);
  void return_task(QueueWorld& queue);
  LockWorld* lock_of(QueueWorld& queue) const;
  std::int64_t* count_of(QueueWorld& queue) const;
  void begin_put();
  void end_put(QueueWorld& queue);
  void append(QueueWorld& queue);
  void take(QueueWorld& queue);
  void write(QueueWorld& queue);
  void read(QueueWorld& queue);
  void end_get(QueueWorld& queue);
  void finish_task(QueueWorld& queue);
  void close_task();
  void let_go(ActorIndex getter, ItemId id);
  void leave_buffer(NumberedLine<ItemId>& buffer, ItemId id);
  void leave_pipe(QueueWorld& queue, std::uint64_t number);
  void forget_first_message(QueueWorld& queue);
  void remove_message(QueueWorld& queue, std::uint64_t number);
  void forget(ItemId id, ItemPlace place);
  void keep_within_capacity(QueueWorld& queue);
  std::uint64_t number_in_line(ItemId id) const;
  std::uint64_t number_of_message(QueueWorld& queue, ItemId id) const;
  QueueWorld& queue(QueueIndex index) const;
  LocalEnd& end_of(QueueWorld& queue) const;
  ItemWorld& item(ItemId id) const;
  void move(ItemWorld& item, ItemPlace place, ActorIndex actor) const;
  void drop(ItemId id);

  World& world_;
  Trace const& trace_;
  Step step_;
  Event const& event_;
  ActorWorld& actor_;
  Step before_;  ///< its last event before this one
};

}  // namespace qs
