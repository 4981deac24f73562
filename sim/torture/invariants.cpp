#include "sim/torture/invariants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "sim/model/world.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

using mp::trace::Chunk;

/// The progress of an item.
struct Fate {
  QueueIndex queue = 0;
  ActorIndex putter = nobody;
  bool put = false;      ///< its put has returned
  bool written = false;  ///< all of it
  bool torn = false;     ///< not all of it, so far
  ActorIndex writer = nobody;
  bool taken = false;  ///< read completely, since it was last in the queue
  ActorIndex taker = nobody;
  bool dropped = false;  ///< it will never be got, which is allowed
  int gets = 0, returns = 0;
  bool done = false, reported = false;

  bool in_queue() const { return written && !taken; }
};

class Judge {
 public:
  Judge(ForkedRunEnd const& end, Excused const& excused)
      : end_(end), trace_(end.trace), excused_(excused), dead_(trace_.actors.size()) {
    world_.actors.resize(trace_.actors.size());
  }

  InvariantVerdict judge() {
    for (Step step = 0; step < trace_.size(); ++step) {
      apply(world_, trace_, step);
      take(step);
    }
    for (auto const& [item, fate] : fates_) close(item, fate);
    for (auto const& [actor, count] : held_) {
      if (count > 1) broken("{} died with {} items in its hands", trace_.name(actor), count);
    }
    for (std::size_t actor = 0; actor < dead_.size(); ++actor) ask_for_reason(static_cast<ActorIndex>(actor));
    how_it_ended();
    return verdict_;
  }

 private:
  template <typename... Words>
  void broken(fmt::format_string<Words...> words, Words&&... parts) {
    verdict_.broken.push_back(fmt::format(words, std::forward<Words>(parts)...));
  }
  ActorIndex process(ActorIndex actor) const {
    return actor < trace_.actors.size() ? trace_.actors[actor].process : actor;
  }
  bool dead(ActorIndex actor) const { return process(actor) < dead_.size() && dead_[process(actor)]; }

  void take(Step step) {
    Event const& event = trace_.at(step);
    switch (event.kind) {
      case Kind::process_lost: dead_[process(event.actor)] = true; return;
      case Kind::process_signal: signalled_.insert(event.object); return;
      case Kind::process_start:
        if (event.argument & mp::trace::process_daemon) daemons_.insert(event.object);
        return;
      case Kind::uncaught: uncaught(event, step); return;
      case Kind::queue_shutdown: shut_by_.insert(event.actor); return;
      case Kind::join_end:
        if (event.outcome() == Outcome::ok) check_join(event);
        return;
      default: break;
    }
    if (event.item()) take_item(event, fates_[event.item()]);
  }

  void take_item(Event const& event, Fate& fate) {
    switch (event.kind) {
      case Kind::put_begin:
        fate.queue = event.object;
        fate.putter = event.actor;
        break;
      case Kind::put_end: fate.put = event.outcome() == Outcome::ok; break;
      case Kind::serialise_failed:
      case Kind::pipe_broken: fate.dropped = true; break;
      case Kind::pipe_write:
        fate.torn = Chunk::unpack(event.argument).missing != 0;
        fate.written = !fate.torn;
        fate.writer = event.actor;
        break;
      case Kind::pipe_read:
        if (Chunk::unpack(event.argument).missing != 0) break;
        fate.taken = true;
        fate.taker = event.actor;
        fate.dropped = shut_by_.contains(event.actor);
        break;
      case Kind::get_end: got(event, fate); break;
      case Kind::acquired: fate.done = fate.done || event.resource() == Resource::unfinished; break;
      case Kind::task_done_end: fate.done = fate.done || event.outcome() == Outcome::ok; break;
      case Kind::task_lost: fate.reported = true; break;
      case Kind::task_returned:
        ++fate.returns;
        fate.taken = false;
        break;
      default: break;
    }
  }

  void got(Event const& event, Fate& fate) {
    if (event.outcome() != Outcome::ok) return;
    if (++fate.gets > 1 + fate.returns) broken("{} was got twice", item_name(trace_, event.item()));
    if (fate.returns != 0) return;
    auto& last = last_got_[{event.object, event.actor, event.item().producer}];
    if (event.item().sequence < last) {
      broken("{} got {} after a later one of the same producer", trace_.name(event.actor),
             item_name(trace_, event.item()));
    }
    last = event.item().sequence;
  }

  void uncaught(Event const& event, Step step) {
    std::string const text(trace_.text(step));
    for (char const* bad : {"DecodeError", "EOFError", "OSError", "called too many times"}) {
      if (text.find(bad) != std::string::npos && !excused_.throwing.contains(trace_.name(event.actor))) {
        broken("{} ended by {}", trace_.name(event.actor), text);
      }
    }
  }

  void check_join(Event const& join) {
    for (auto const& [item, fate] : fates_) {
      if (fate.queue != join.object || !fate.taken || !dead(fate.taker) || fate.done || fate.reported) continue;
      broken("{}'s join returned, and says nothing of {}, which {} held when it died", trace_.name(join.actor),
             item_name(trace_, item), trace_.name(fate.taker));
    }
  }

  void close(ItemId item, Fate const& fate) {
    std::string const name = item_name(trace_, item);
    if (fate.torn && dead(fate.writer)) broken("half of {} is in the queue: {} died", name, trace_.name(fate.writer));
    if (fate.put && !fate.written && !fate.torn && !fate.dropped && dead(fate.putter)) {
      broken("{} was put and is nowhere: {} died before it was sent", name, trace_.name(fate.putter));
    }
    if (!fate.taken || fate.dropped || fate.gets > fate.returns) return;
    if (!dead(fate.taker)) return broken("{} was taken and is nowhere: {} lives", name, trace_.name(fate.taker));
    if (fate.reported) return;
    ++held_[fate.taker];
    verdict_.lost.push_back(fmt::format("{} had taken it and not returned from get", trace_.name(fate.taker)));
  }

  /// Of a death.
  void ask_for_reason(ActorIndex actor) {
    if (process(actor) != actor || !dead(actor) || excused_.dead.contains(trace_.name(actor))) return;
    bool const with_its_parent = daemons_.contains(actor) && dead(trace_.actors[actor].parent);
    if (!with_its_parent && !signalled_.contains(actor)) broken("{} crashed", trace_.name(actor));
  }

  void how_it_ended() {
    switch (end_.how) {
      case ForkedRunEnd::How::all_gone: break;
      case ForkedRunEnd::How::too_long: verdict_.ending = InvariantVerdict::Ending::goes_on; break;
      case ForkedRunEnd::How::stalled:
        verdict_.ending = InvariantVerdict::Ending::goes_on;
        broken("somebody neither went on nor said what it waits for");
        break;
      case ForkedRunEnd::How::deadlock:
        verdict_.ending = InvariantVerdict::Ending::waits;
        for (std::size_t actor = 0; actor < world_.actors.size(); ++actor) {
          if (world_.actors[actor].state == ActorState::blocked) check_wait(static_cast<ActorIndex>(actor));
        }
        break;
    }
  }

  std::int64_t count(QueueIndex queue, bool (*counts)(Fate const&)) const {
    return std::count_if(fates_.begin(), fates_.end(),
                         [&](auto const& one) { return one.second.queue == queue && counts(one.second); });
  }

  /// In a deadlock, an actor may only wait for something that the program itself would have done.
  void check_wait(ActorIndex actor) {
    ActorWorld const& waiting = world_.actors[actor];
    QueueWorld const* const queue = world_.queue(waiting.waits_object);
    if (queue == nullptr || trace_.actors[actor].kind == ActorKind::thread) return;
    auto const index = waiting.waits_object;
    std::string const words = fmt::format("{} waits for {}", trace_.name(actor),
                                          resource_words(trace_, waiting.waits_for, waiting.waits_object));
    auto const in_queue = [](Fate const& fate) { return fate.in_queue(); };
    switch (waiting.waits_for) {
      case Resource::read_lock:
      case Resource::write_lock:
      case Resource::condition_lock: {
        ActorIndex const holder = queue->lock(waiting.waits_for)->holder;
        if (holder == nobody || dead(holder)) {
          broken("{}, held by {}, who is dead", words, holder == nobody ? "nobody" : trace_.name(holder));
        }
        break;
      }
      case Resource::slot: {
        auto const taken =
            count(index, [](Fate const& fate) { return fate.in_queue() || (fate.put && !fate.written); });
        if (taken < queue->maxsize) broken("{}, of which only {} of {} are in use", words, taken, queue->maxsize);
        break;
      }
      case Resource::pipe_data:
        if (auto const there = count(index, in_queue); there != 0) broken("{}, where {} items are", words, there);
        break;
      case Resource::pipe_room:
        if (dead(queue->read_lock.holder)) broken("{}, from which nobody can read", words);
        break;
      case Resource::woken_joiner:
      case Resource::sleeping: broken("{}", words); break;
      case Resource::barrier: {
        bool const open = std::any_of(fates_.begin(), fates_.end(), [&](auto const& one) {
          Fate const& fate = one.second;
          if (fate.queue != index || fate.done || !(fate.put || fate.written)) return false;
          return !fate.taken || !dead(fate.taker);
        });
        if (!open) broken("{}, and all that are not done are lost", words);
        break;
      }
      default: break;
    }
  }

  ForkedRunEnd const& end_;
  Trace const& trace_;
  Excused const& excused_;
  World world_;
  std::vector<bool> dead_;  ///< by process
  std::map<ItemId, Fate> fates_;
  std::map<std::tuple<std::uint16_t, ActorIndex, std::uint16_t>, std::uint32_t> last_got_;
  std::map<ActorIndex, int> held_;
  std::set<ActorIndex> signalled_, daemons_, shut_by_;
  InvariantVerdict verdict_;
};

}  // namespace

InvariantVerdict check_guarantees(ForkedRunEnd const& end, Excused const& excused) {
  return Judge(end, excused).judge();
}

Excused usual_ends(ForkedRunEnd const& end) {
  Excused excused;
  for (Event const& event : end.trace.events) {
    if (event.kind == Kind::process_lost) excused.dead.insert(end.trace.name(event.actor));
    if (event.kind == Kind::uncaught) excused.throwing.insert(end.trace.name(event.actor));
  }
  return excused;
}

}  // namespace qs
