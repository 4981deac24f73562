#include "sim/trace/streamed_trace.hpp"

#include "sim/base/printable.hpp"

namespace qs {

void StreamedTrace::run(RunFacts const& facts) { TraceBuilder(trace_).run(facts); }

void StreamedTrace::actor(ActorIndex index, ActorFacts const& facts) { TraceBuilder(trace_).actor(index, facts); }

void StreamedTrace::location(std::uint32_t index, Location const& location) {
  TraceBuilder(trace_).location(index, location);
}

ActorIndex StreamedTrace::process_of(ActorIndex actor) const {
  auto const process = actor < trace_.actors.size() ? trace_.actors[actor].process : actor;
  return process < trace_.actors.size() ? process : actor;
}

void StreamedTrace::event(Event const& event, std::string_view text) {
  if (events_ >= most_events) return;
  step_ = static_cast<Step>(events_++);
  forget_current();
  if (event.kind == Kind::queue_new && event.object != mp::trace::no_object) {
    keep_queue(event, text);
  } else if (event.kind == Kind::put_begin && event.item()) {
    puts_.insert(event.item(), {event, std::string(text)});
  } else if (auto const* const put = event.item() ? puts_.find(event.item()) : nullptr) {
    trace_.append(put->event, put->text);
  }
  trace_.append(event, text);
  on_event(event);
  forget_finished(event);
}

void StreamedTrace::forget_current() {
  for (; trace_.size() > kept_; trace_.events.pop_back()) {
    Event const& last = trace_.events.back();
    trace_.texts.erase(trace_.size() - 1);
    if (last.item() && last.item_producer < trace_.puts.size()) trace_.puts[last.item_producer].clear();
  }
}

// In front of the current event, which is a copy of it. A hostile trace may create a queue again and again.
void StreamedTrace::keep_queue(Event const& event, std::string_view text) {
  if (queues_.size() <= event.object) queues_.resize(std::size_t{event.object} + 1, no_step);
  Step& place = queues_[event.object];
  if (place != no_step) {
    trace_.events[place] = event;
    trace_.texts[place] = printable(text);
    return;
  }
  place = trace_.size();
  trace_.append(event, text);
  kept_ = trace_.size();
}

void StreamedTrace::forget_finished(Event const& event) {
  bool const known = event.object < queues_.size() && queues_[event.object] != no_step;
  if (event.kind == Kind::queue_new && known) trace_.queues[event.object] = queues_[event.object];
  bool const joinable = known && mp::trace::QueueKind::unpack(trace_.at(queues_[event.object]).detail).type ==
                                     mp::trace::QueueClass::joinable;
  bool const ok = event.outcome() == Outcome::ok;
  bool const finished = event.kind == Kind::serialise_failed || event.kind == Kind::pipe_broken ||
                        (event.kind == Kind::put_end && !ok) || (event.kind == Kind::get_end && ok && !joinable) ||
                        (event.kind == Kind::task_done_end && ok);
  if (finished && event.item()) puts_.erase(event.item());
}

}  // namespace qs
