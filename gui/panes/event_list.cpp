#include "gui/panes/event_list.hpp"

#include <algorithm>
#include <cctype>

#include "sim/text/words.hpp"

namespace qs::gui {

EventGroup group_of(Kind kind) {
  switch (kind) {
    case Kind::blocked:
    case Kind::woken:
    case Kind::refused:
    case Kind::acquired:
    case Kind::released:
    case Kind::repaired: return EventGroup::waiting;
    case Kind::put_begin:
    case Kind::put_end:
    case Kind::buffer_append:
    case Kind::buffer_take:
    case Kind::serialised:
    case Kind::serialise_failed:
    case Kind::pipe_write:
    case Kind::pipe_broken:
    case Kind::feeder_stop: return EventGroup::putting;
    case Kind::get_begin:
    case Kind::pipe_read:
    case Kind::pipe_end:
    case Kind::get_end: return EventGroup::getting;
    case Kind::task_done_begin:
    case Kind::task_done_end:
    case Kind::task_lost:
    case Kind::task_returned:
    case Kind::join_begin:
    case Kind::join_end: return EventGroup::tasks;
    case Kind::queue_new:
    case Kind::queue_close:
    case Kind::queue_gone:
    case Kind::queue_shutdown:
    case Kind::qsize:
    case Kind::empty:
    case Kind::full:
    case Kind::join_thread_begin:
    case Kind::join_thread_end:
    case Kind::cancel_join_thread: return EventGroup::looking;
    case Kind::note:
    case Kind::expectation_failed:
    case Kind::gap:
    case Kind::text: return EventGroup::record;
    default: return EventGroup::processes;
  }
}

std::string_view words(EventGroup group) {
  switch (group) {
    case EventGroup::processes: return "Processes and threads";
    case EventGroup::waiting: return "Waits and locks";
    case EventGroup::putting: return "Put and feed";
    case EventGroup::getting: return "Get";
    case EventGroup::tasks: return "task_done and join";
    case EventGroup::looking: return "Sizes and closing";
    case EventGroup::record: return "Notes and gaps";
  }
  return {};
}

bool EventFilter::matches(Trace const& trace, Step step) const {
  Event const& event = trace.at(step);
  if (actor != nobody && event.actor != actor) return false;
  if (!has(group_of(event.kind))) return false;
  if (text.empty()) return true;
  std::string const whole = sentence(trace, step);
  auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  return std::search(whole.begin(), whole.end(), text.begin(), text.end(), same) != whole.end();
}

void EventList::reset(EventFilter filter) {
  filter_ = std::move(filter);
  steps_.clear();
  looked_at_ = 0;
}

bool EventList::update(Trace const& trace, Step budget) {
  if (filter_.everything()) return false;
  Step const end = std::min<Step>(trace.size(), looked_at_ + std::min(budget, trace.size() - looked_at_));
  for (; looked_at_ < end; ++looked_at_) {
    if (filter_.matches(trace, looked_at_)) steps_.push_back(looked_at_);
  }
  return looked_at_ < trace.size();
}

std::int64_t EventList::row_of(Step step) const {
  if (step == no_step) return -1;
  if (filter_.everything()) return step;
  auto const after = std::upper_bound(steps_.begin(), steps_.end(), step);
  return static_cast<std::int64_t>(after - steps_.begin()) - 1;
}

}  // namespace qs::gui
