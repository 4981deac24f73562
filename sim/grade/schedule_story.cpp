#include "sim/grade/schedule_story.hpp"

#include "sim/text/words.hpp"

namespace qs::grade {

namespace {

bool tells(Trace const& trace, Event const& event) {
  switch (event.kind) {
    case Kind::empty:
    case Kind::full:
    case Kind::qsize:
    case Kind::put_begin:
    case Kind::get_begin:
    case Kind::get_end:
    case Kind::task_done_end:
    case Kind::join_end:
    case Kind::queue_close:
    case Kind::serialise_failed:
    case Kind::uncaught:
    case Kind::expectation_failed:
    case Kind::process_signal:
    case Kind::process_lost: return true;
    case Kind::put_end: return event.outcome() != Outcome::ok;
    case Kind::process_end: return event.argument != 0;
    // Who writes in its own put has said so by then; a feeder writes later, and the order of feeders matters.
    case Kind::pipe_write: return trace.actors[event.actor].kind != ActorKind::process;
    default: return false;
  }
}

/// A get whose answer comes next needs no sentence of its own.
bool answered_at_once(Trace const& trace, Step step) {
  for (Step later = step + 1; later < trace.size(); ++later) {
    Event const& event = trace.at(later);
    if (event.actor == trace.at(step).actor && event.kind == Kind::get_end) return true;
    if (event.actor != trace.at(step).actor && tells(trace, event)) return false;
  }
  return false;
}

}  // namespace

std::vector<std::string> story(Trace const& trace, std::size_t most) {
  std::vector<std::string> all;
  for (Step step = 0; step < trace.size(); ++step) {
    Event const& event = trace.at(step);
    if (!tells(trace, event) || (event.kind == Kind::get_begin && answered_at_once(trace, step))) continue;
    all.push_back(sentence(trace, step) + ".");
  }
  if (all.size() <= most) return all;
  std::size_t const left_out = all.size() - most + 1;
  all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(left_out));
  all.insert(all.begin(), "(" + count(left_out, "earlier operation") + " left out)");
  return all;
}

}  // namespace qs::grade
