// Each item's whole way, from put to task_done. Built from a trace that may still grow; memory is a fixed
// amount an item.
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

/// The stations of an item, in the order in which it meets them.
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
  std::array<Step, station_count> steps;  ///< no_step: not (yet) met

  Step at(ItemMilestone station) const { return steps[static_cast<std::size_t>(station)]; }
  bool arrived() const { return at(ItemMilestone::get_end) != no_step; }
};

/// A stretch of an item's way: where it was, from when to when.
struct ItemStay {
  ItemPlace place;
  ActorIndex actor;           ///< in whose hands or buffer; nobody: in the pipe
  Step from, to;              ///< to: no_step if it is still there
  std::uint64_t nanoseconds;  ///< until now, if it is still there
};

/// From a put to its get.
struct Arrow {
  Step put, get;
  ItemId item;
  ActorIndex from, to;
  bool sentinel;
};

class ItemIndex {
 public:
  explicit ItemIndex(Trace const& trace) : trace_(&trace) { update(); }
  /// Takes in the events by which the trace has grown. Cheap when there are none.
  void update();

  /// nullptr where the trace has nothing of this item. Valid until the next update().
  ItemJourney const* find(ItemId) const;
  /// All ways, in the order in which the items were put.
  std::span<ItemJourney const> ways() const { return ways_; }
  /// All arrows, in the order in which the items were got.
  std::span<Arrow const> arrows() const { return arrows_; }
  /// Those that are at least partly in [first, last]; `visit` returns false to end it early.
  void arrows_between(Step first, Step last, std::function<bool(Arrow const&)> const& visit) const;
  /// The stretches of a way up to the last event that the trace has.
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
  std::unordered_map<std::uint64_t, std::uint32_t> strays_;  ///< those that came out of sequence (after a gap)
  std::vector<Arrow> arrows_;
  std::vector<Step> earliest_put_;  ///< of each block of arrows
};

/// "in the buffer", "in the pipe", ...
std::string_view place_words(ItemPlace, mp::Mechanism);

}  // namespace qs
