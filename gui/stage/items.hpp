// Where every item on the stage is in one world, and how it moves between two worlds.
// Pure geometry on top of StageLayout.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "gui/stage/layout.hpp"

namespace qs::gui {

struct ItemChip {
  ItemId item;
  Rect rect;
  float written = 1, read = 0;  ///< parts of its bytes, for a message in the pipe
};

/// Items without room for a box of their own.
struct ItemFold {
  Rect rect;
  std::size_t count = 0;
};

struct ItemPlaces {
  std::vector<ItemChip> chips;
  std::vector<ItemFold> folds;

  ItemChip const* find(ItemId item) const;
  void add(ItemChip chip);

 private:
  std::unordered_map<std::uint64_t, std::size_t> index_;
};

/// An item in mid-motion.
struct MovingItem {
  ItemId item;
  Rect rect;
  float written = 1, read = 0;
  float alpha = 1;
  bool dropped = false;  ///< lost; it falls off the stage
};

class ItemStage {
 public:
  /// `label`: an item's preview; both must outlive this object.
  using Label = std::function<std::string(ItemId)>;
  ItemStage(StageLayout const& layout, TextMeasure const& measure, Label const& label)
      : layout_(layout), measure_(measure), label_(label) {}

  ItemPlaces place(World const& world) const;
  /// `part` 0: all is where `before` has it; 1: where `after` has it.
  std::vector<MovingItem> between(World const& before, ItemPlaces const& from, World const& after, ItemPlaces const& to,
                                  float part) const;

 private:
  struct Waiting;  // a line of items, the next to leave first
  void fill(ItemPlaces& places, Rect box, Waiting const& line, bool head_right) const;
  void fill_pipe(ItemPlaces& places, QueueBox const& box, QueueWorld const& queue) const;
  void fill_card(ItemPlaces& places, CardBox const& box, World const& world) const;
  float chip_width(ItemId item) const;
  /// The area that stands for an item without a box of its own; empty if there is none.
  Rect anchor(World const& world, ItemId item) const;

  StageLayout const& layout_;
  TextMeasure const& measure_;
  Label const& label_;
};

}  // namespace qs::gui
