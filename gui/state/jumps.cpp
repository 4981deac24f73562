#include "gui/state/jumps.hpp"

namespace qs::gui {
namespace {

bool is_wake(Kind kind) { return kind == Kind::woken || kind == Kind::acquired || kind == Kind::refused; }

bool is_landmark(Trace const& trace, ItemIndex const& items, Step step, Landmark landmark) {
  switch (landmark) {
    case Landmark::block: return blocks(trace.at(step));
    case Landmark::wake: return wakes_up(trace, step);
    case Landmark::sentinel: return moves_sentinel(trace, items, step);
  }
  return false;
}

}  // namespace

bool blocks(Event const& event) {
  return event.kind == Kind::blocked && event.resource() != Resource::deadline &&
         event.resource() != Resource::buffered_item;
}

bool wakes_up(Trace const& trace, Step step) {
  Event const& event = trace.at(step);
  if (!is_wake(event.kind)) return false;
  for (Step before = step; before-- > 0;) {
    if (trace.at(before).actor == event.actor) return blocks(trace.at(before));
  }
  return false;
}

bool moves_sentinel(Trace const& trace, ItemIndex const& items, Step step) {
  Event const& event = trace.at(step);
  if (event.kind == Kind::put_begin) return event.detail == mp::trace::item_sentinel;
  if (event.kind != Kind::get_end) return false;
  ItemJourney const* way = items.find(event.item());
  return way && way->sentinel;
}

std::optional<Step> find_landmark(Trace const& trace, ItemIndex const& items, Step from, Direction direction,
                                  Landmark landmark) {
  if (direction == Direction::forward) {
    for (Step step = from == no_step ? 0 : from + 1; step < trace.size(); ++step) {
      if (is_landmark(trace, items, step, landmark)) return step;
    }
  } else if (from != no_step) {
    for (Step step = from; step-- > 0;) {
      if (is_landmark(trace, items, step, landmark)) return step;
    }
  }
  return std::nullopt;
}

}  // namespace qs::gui
