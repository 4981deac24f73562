// Where the parts of one queue are on the stage. Pure geometry.
#include <algorithm>
#include <utility>

#include "gui/stage/layout.hpp"

namespace qs::gui {

QueueBox lay_band(StageQueue const& queue, Rect rect, float unit) {
  auto const px = [unit](float units) { return units * unit; };
  QueueBox box;
  box.queue = queue.queue;
  box.leftward = queue.leftward;
  box.band = rect;
  Rect inside = rect.inset(px(1.5F), px(1));
  float const room = inside.height() / unit;
  // What there is no room for moves into the title's line.
  constexpr float title = 3, slots = 4, labels = 5, barrier = 6, tube_least = 4.5F, tube_most = 15;
  bool const own_slots = queue.bounded() && room >= title + slots + tube_least + labels;
  bool const own_barrier = queue.joinable() && room >= title + (own_slots ? slots : 0) + tube_least + labels + barrier;
  bool const own_labels = room >= title + tube_least + labels;
  float const fixed = title + (own_slots ? slots : 0) + (own_barrier ? barrier : 0) + (own_labels ? labels : 0);
  float const tube = std::clamp(room - fixed, std::min(tube_least, room * 0.45F), tube_most);
  float const squeeze = std::min(1.F, room / (fixed + tube));
  float const spare = std::max(0.F, room - fixed - tube);
  cut_top(inside, px(spare * 0.5F));

  box.title = cut_top(inside, px(title * squeeze));
  if (own_slots) {
    box.slots = cut_top(inside, px(slots * squeeze));
    box.slots.bottom -= px(0.75F * squeeze);
  }
  box.title.bottom -= px(0.75F * squeeze);  // the locks reach above the tube
  Rect strip = cut_top(inside, px(tube * squeeze));
  if (own_labels) {
    Rect rows = cut_top(inside, px(labels * squeeze));
    cut_top(rows, px(0.8F * squeeze));
    box.scale = cut_top(rows, rows.height() / 2);
    box.tally = rows;
    // Where it is narrow, who holds the locks is more than how many items there are to be seen.
    bool const narrow = rows.width() < px(36);
    float const name = std::min(px(9), rows.width() * 0.25F);
    float const holder = std::min(px(24), rows.width() * (narrow ? 0.49F : 0.4F));
    box.inlet.name = cut_left(box.scale, name);
    box.outlet.name = cut_right(box.scale, name);
    box.inlet.holder = cut_left(box.tally, holder);
    box.outlet.holder = cut_right(box.tally, holder);
  }
  if (own_barrier) {
    box.barrier = cut_top(inside, px(barrier * squeeze));
    box.barrier.top += px(0.5F * squeeze);
  }
  float const end = std::min({px(6), strip.height(), strip.width() * 0.15F});
  box.inlet.collar = cut_left(strip, end);
  box.outlet.collar = cut_right(strip, end);
  box.tube = strip;
  Rect corner = box.title;
  if (queue.joinable() && !own_barrier) box.barrier = cut_right(corner, corner.width() * 0.34F);
  if (queue.bounded() && !own_slots) box.slots = cut_right(corner, corner.width() * 0.4F);
  box.title = corner;
  if (box.leftward) std::swap(box.inlet, box.outlet);
  return box;
}

}  // namespace qs::gui
