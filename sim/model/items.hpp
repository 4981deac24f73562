// The journey of each item, from put to task_done. Built from a trace that may still grow; uses a fixed amount of
// memory per item.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// The milestones of an item, in order.
enum class ItemMilestone : std::uint8_t {
  put_begin,
  buffer_append,
  put_end,
  buffer_take,
  serialised,
  first_write,
  last_write,
  first_read,
  last_read,
  get_end,
  task_done,
  dropped
};
inline constexpr std::size_t station_count = 12;

struct ItemJourney {
  ItemId item;
  QueueIndex queue = 0;
  ActorIndex putter = nobody;
  ActorIndex feeder = nobody;  ///< who wrote it into the pipe
  ActorIndex getter = nobody;
  bool sentinel = false;
  std::uint64_t bytes = 0;                ///< of its body
  std::array<Step, station_count> steps;  ///< no_step: not reached (yet)

  Step at(ItemMilestone station) const { return steps[static_cast<std::size_t>(station)]; }
  bool arrived() const { return at(ItemMilestone::get_end) != no_step; }
};

/// A stage of an item's journey: where it was, and from when to when.
struct ItemStay {
  ItemPlace place;
  ActorIndex actor;           ///< who holds or buffers it; nobody: in the pipe
  Step from, to;              ///< to: no_step if it is still there
  std::uint64_t nanoseconds;  ///< until now, if it is still there
};

/// A put and its get.
struct Arrow {
  Step put, get;
  ItemId item;
  ActorIndex from, to;
  bool sentinel;
};

class ItemIndex {
 public:
  explicit ItemIndex(Trace const& trace) : trace_(&trace) { update(); }
  /// Reads the events that were appended to the trace since the last call.
  void update();

  /// nullptr if the trace does not mention this item. Valid until the next update().
  ItemJourney const* find(ItemId) const;
  /// All ways, in the order in which the items were put.
  std::span<ItemJourney const> ways() const { return ways_; }
  /// All arrows, in the order in which the items were got.
  std::span<Arrow const> arrows() const { return arrows_; }
  /// Visits the arrows that overlap [first, last]; `visit` returns false to stop.
  void arrows_between(Step first, Step last, std::function<bool(Arrow const&)> const& visit) const;
  /// The stages of a journey up to the last event of the trace.
  std::vector<ItemStay> stays(ItemJourney const&) const;

 private:
  std::optional<std::uint32_t> index_of(ItemId) const;
  ItemJourney& way(Event const&);
  void take(Event const&, Step);
  void deliver(ItemJourney&, Event const&, Step);

  Trace const* trace_;
  Step next_ = 0;
  std::vector<ItemJourney> ways_;
  std::vector<std::vector<std::uint32_t>> by_producer_;      ///< indexes into ways_, sequence numbers rising
  std::unordered_map<std::uint64_t, std::uint32_t> strays_;  ///< items that came out of sequence (after a gap)
  std::vector<Arrow> arrows_;
  std::vector<Step> earliest_put_;  ///< of each block of arrows
};

/// "in the buffer", "in the pipe", ...
std::string_view place_words(ItemPlace, mp::Mechanism);

}  // namespace qs
