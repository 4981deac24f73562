#include "sim/model/items.hpp"

#include <algorithm>

namespace qs {

namespace {

constexpr std::size_t arrows_per_block = 1024;

void first(Step& step, Step now) { step = std::min(step, now); }  // no_step is the greatest

}  // namespace

void ItemIndex::update() {
  for (Step const end = trace_->size(); next_ < end; ++next_) {
    Event const& event = trace_->at(next_);
    if (static_cast<std::size_t>(event.kind) < mp::trace::kind_count && facts(event.kind).has_item && event.item()) {
      take(event, next_);
    }
  }
}

ItemJourney const* ItemIndex::find(ItemId item) const {
  auto const index = index_of(item);
  return index ? &ways_[*index] : nullptr;
}

std::optional<std::uint32_t> ItemIndex::index_of(ItemId item) const {
  if (item && item.producer < by_producer_.size()) {
    auto const& indexes = by_producer_[item.producer];
    auto const at = [&](std::uint32_t index) { return ways_[index].item.sequence; };
    if (item.sequence <= indexes.size() && at(indexes[item.sequence - 1]) == item.sequence)
      return indexes[item.sequence - 1];
    auto const found =
        std::lower_bound(indexes.begin(), indexes.end(), item.sequence,
                         [&](std::uint32_t index, std::uint32_t sequence) { return at(index) < sequence; });
    if (found != indexes.end() && at(*found) == item.sequence) return *found;
  }
  auto const stray = strays_.find(item.packed());
  return stray == strays_.end() ? std::nullopt : std::optional(stray->second);
}

ItemJourney& ItemIndex::way(Event const& event) {
  ItemId const item = event.item();
  if (auto const index = index_of(item)) return ways_[*index];

  auto const index = static_cast<std::uint32_t>(ways_.size());
  auto& way = ways_.emplace_back();
  way.item = item;
  way.queue = event.object;
  way.putter = item.producer < trace_->actors.size() ? item.producer : nobody;
  way.steps.fill(no_step);

  bool const known_producer = item.producer < trace_->actors.size();
  if (known_producer && by_producer_.size() <= item.producer) by_producer_.resize(std::size_t{item.producer} + 1);
  auto* indexes = known_producer ? &by_producer_[item.producer] : nullptr;
  if (indexes && (indexes->empty() || ways_[indexes->back()].item.sequence < item.sequence)) {
    indexes->push_back(index);
  } else {
    strays_.emplace(item.packed(), index);
  }
  return way;
}

void ItemIndex::take(Event const& event, Step step) {
  using mp::trace::Chunk;
  auto const mark = [&](ItemMilestone station) -> Step& { return way(event).steps[static_cast<std::size_t>(station)]; };
  switch (event.kind) {
    case Kind::put_begin:
      first(mark(ItemMilestone::put_begin), step);
      way(event).sentinel = (event.detail & mp::trace::item_sentinel) != 0;
      break;
    case Kind::put_end:
      first(mark(ItemMilestone::put_end), step);
      if (event.outcome() != Outcome::ok) first(mark(ItemMilestone::dropped), step);
      break;
    case Kind::buffer_append: first(mark(ItemMilestone::buffer_append), step); break;
    case Kind::buffer_take:
      first(mark(ItemMilestone::buffer_take), step);
      way(event).feeder = event.actor;
      break;
    case Kind::serialised:
      first(mark(ItemMilestone::serialised), step);
      way(event).bytes = static_cast<std::uint64_t>(std::max<std::int64_t>(event.argument, 0));
      break;
    case Kind::serialise_failed:
    case Kind::pipe_broken: first(mark(ItemMilestone::dropped), step); break;
    case Kind::pipe_write:
      first(mark(ItemMilestone::first_write), step);
      if (Chunk::unpack(event.argument).missing == 0) mark(ItemMilestone::last_write) = step;
      break;
    case Kind::pipe_read:
      first(mark(ItemMilestone::first_read), step);
      if (Chunk::unpack(event.argument).missing == 0) mark(ItemMilestone::last_read) = step;
      way(event).getter = event.actor;
      break;
    case Kind::get_end:
      if (event.outcome() == Outcome::ok) deliver(way(event), event, step);
      break;
    case Kind::task_done_end:
      if (event.outcome() == Outcome::ok) first(mark(ItemMilestone::task_done), step);
      break;
    default: break;
  }
}

void ItemIndex::deliver(ItemJourney& way, Event const& event, Step step) {
  if (way.arrived()) return;
  way.steps[static_cast<std::size_t>(ItemMilestone::get_end)] = step;
  way.getter = event.actor;
  if (event.argument > 0) way.bytes = static_cast<std::uint64_t>(event.argument);
  auto const put = way.at(ItemMilestone::put_begin);
  if (put == no_step) return;
  if (arrows_.size() % arrows_per_block == 0) earliest_put_.push_back(put);
  earliest_put_.back() = std::min(earliest_put_.back(), put);
  arrows_.push_back({put, step, way.item, way.putter, event.actor, way.sentinel});
}

void ItemIndex::arrows_between(Step first, Step last, std::function<bool(Arrow const&)> const& visit) const {
  auto const begin = std::lower_bound(arrows_.begin(), arrows_.end(), first,
                                      [](Arrow const& arrow, Step step) { return arrow.get < step; });
  for (auto at = static_cast<std::size_t>(begin - arrows_.begin()); at < arrows_.size();) {
    auto const block = at / arrows_per_block;
    auto const end = std::min(arrows_.size(), (block + 1) * arrows_per_block);
    if (earliest_put_[block] > last) {
      at = end;
      continue;
    }
    for (; at < end; ++at) {
      if (arrows_[at].put <= last && !visit(arrows_[at])) return;
    }
  }
}

std::vector<ItemStay> ItemIndex::stays(ItemJourney const& way) const {
  struct Beginning {
    ItemMilestone station;
    ItemPlace place;
    ActorIndex actor;
  };
  // The milestones that begin a stage; a milestone that was not reached begins none.
  Beginning const beginnings[] = {{ItemMilestone::put_begin, ItemPlace::putting, way.putter},
                                  {ItemMilestone::buffer_append, ItemPlace::buffered, way.putter},
                                  {ItemMilestone::buffer_take, ItemPlace::feeding, way.feeder},
                                  {ItemMilestone::first_write, ItemPlace::piped, nobody},
                                  {ItemMilestone::last_read, ItemPlace::got, way.getter},
                                  {ItemMilestone::dropped, ItemPlace::dropped, nobody},
                                  {ItemMilestone::task_done, ItemPlace::done, way.getter}};
  std::vector<ItemStay> stays;
  for (auto const& beginning : beginnings) {
    Step const from = way.at(beginning.station);
    if (from == no_step) continue;
    if (!stays.empty()) stays.back().to = from;
    stays.push_back({beginning.place, beginning.actor, from, no_step, 0});
  }
  for (auto& stay : stays) {
    auto const begun = trace_->at(stay.from).time;
    auto const over = stay.to == no_step ? trace_->duration() : trace_->at(stay.to).time;
    stay.nanoseconds = over > begun ? over - begun : 0;
  }
  return stays;
}

std::string_view place_words(ItemPlace place, mp::Mechanism mechanism) {
  switch (place) {
    case ItemPlace::putting: return "being put";
    case ItemPlace::buffered: return "in the buffer";
    case ItemPlace::feeding: return "in the feeder's hands";
    case ItemPlace::piped: return mechanism == mp::Mechanism::hardened ? "in the shared log" : "in the pipe";
    case ItemPlace::got: return "got";
    case ItemPlace::done: return "done";
    case ItemPlace::dropped: return "dropped";
  }
  return "somewhere";
}

}  // namespace qs
