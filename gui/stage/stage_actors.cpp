#include "gui/stage/stage_actors.hpp"

#include "sim/base/names.hpp"

#include <algorithm>

namespace qs::gui {
namespace {

using mp::trace::QueueClass;
using mp::trace::QueueFacts;

template <class T>
bool has(std::vector<T> const& list, T const& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

std::string siblings_of(ActorFacts const& facts) {
  std::string const stem = name_stem(facts.name);
  return stem.size() == facts.name.size() ? std::string{} : std::to_string(facts.parent) + " " + stem;
}

bool add_once(std::vector<QueueIndex>& list, QueueIndex queue) {
  if (has(list, queue)) return false;
  list.push_back(queue);
  return true;
}

}  // namespace

StageActor* StageActors::player(ActorIndex actor) {
  auto const found = index_.find(actor);
  return found == index_.end() ? nullptr : &players_[found->second];
}

void StageActors::put_on_stage(Trace const& trace) {
  for (; actors_seen_ < trace.actors.size(); ++actors_seen_) {
    auto const& facts = trace.actors[actors_seen_];
    names_.push_back(facts.name);
    if (facts.kind == ActorKind::feeder) continue;
    auto const actor = static_cast<ActorIndex>(actors_seen_);
    index_[actor] = players_.size();
    players_.push_back({actor, Side::bottom, {}, {}, siblings_of(facts)});
  }
}

bool StageActors::update(Trace const& trace) {
  bool const restarted = trace.size() < events_seen_ || trace.actors.size() < actors_seen_;
  if (restarted) *this = StageActors{};
  bool changed = restarted || trace.actors.size() != actors_seen_;
  put_on_stage(trace);
  for (; events_seen_ < trace.size(); ++events_seen_) {
    Event const& event = trace.at(events_seen_);
    if (event.kind == Kind::queue_new && event.object != mp::trace::no_object) {
      auto const same = [&](StageQueue const& known) { return known.queue == event.object; };
      if (std::any_of(queues_.begin(), queues_.end(), same)) continue;
      auto const facts = QueueFacts::unpack(event.argument);
      auto const kind = mp::trace::QueueKind::unpack(event.detail);
      if (!mp::trace::carries_items(kind.type)) continue;
      queues_.push_back({event.object, std::string{trace.text(events_seen_)}, kind.type, facts.maxsize, facts.capacity,
                         false, kind.mechanism});
      changed = true;
    }
    bool const put = event.kind == Kind::put_begin, get = event.kind == Kind::get_begin;
    if ((!put && !get) || event.object == mp::trace::no_object) continue;
    StageActor* const user = player(event.actor);
    if (!user) continue;
    if (!add_once(put ? user->puts : user->gets, event.object)) continue;
    changed = true;
    add_once(order_, event.object);
    // A thread puts into the buffer of its process.
    ActorIndex const process = trace.actors[event.actor].process;
    if (StageActor* const owner = player(process); put && owner && owner != user) add_once(owner->puts, event.object);
  }
  if (changed) take_places();
  return changed;
}

void StageActors::take_places() {
  std::sort(queues_.begin(), queues_.end(), [](auto const& a, auto const& b) { return a.queue < b.queue; });
  for (auto& player : players_) player.side = Side::bottom;
  std::vector<bool> placed(players_.size(), false);
  auto const place = [&](std::size_t i, Side side) {
    players_[i].side = side;
    placed[i] = true;
  };
  for (QueueIndex const queue : order_) {
    int lean = 0;  // > 0: what is placed already speaks for a flow to the right
    bool pure_putter = false, pure_getter = false;
    for (std::size_t i = 0; i < players_.size(); ++i) {
      bool const puts = has(players_[i].puts, queue), gets = has(players_[i].gets, queue);
      pure_putter |= puts && !gets;
      pure_getter |= gets && !puts;
      if (!placed[i] || puts == gets) continue;
      lean += (players_[i].side == Side::left) == puts ? 1 : -1;
    }
    bool const leftward = lean < 0;
    Side const source = leftward ? Side::right : Side::left, sink = leftward ? Side::left : Side::right;
    for (auto& known : queues_)
      if (known.queue == queue) known.leftward = leftward;
    for (std::size_t i = 0; i < players_.size(); ++i) {
      if (placed[i]) continue;
      bool const puts = has(players_[i].puts, queue), gets = has(players_[i].gets, queue);
      if (puts && (!gets || (pure_getter && !pure_putter)))
        place(i, source);
      else if (gets && (!puts || (pure_putter && !pure_getter)))
        place(i, sink);
      else if (puts && gets)
        place(i, Side::bottom);
    }
  }
  join_kin();
}

void StageActors::join_kin() {
  std::unordered_map<std::string, Side> sides;
  for (auto const& player : players_)
    if (!player.siblings.empty() && player.side != Side::bottom) sides.emplace(player.siblings, player.side);
  for (auto& player : players_) {
    if (!player.puts.empty() || !player.gets.empty()) continue;
    if (auto const found = sides.find(player.siblings); found != sides.end()) player.side = found->second;
  }
}

}  // namespace qs::gui
