#include "sim/text/announced.hpp"

#include <fmt/format.h>

#include "sim/text/words.hpp"

namespace qs {

namespace {

/// The resource as the object of a verb, without its queue where that is obvious.
std::string resource_of(Trace const& trace, Event const& next, Length length) {
  if (next.detail >= mp::trace::resource_count) return "something";
  if (length == Length::whole) return resource_words(trace, next.resource(), next.object);
  switch (next.resource()) {
    case Resource::slot: return "a slot";
    case Resource::read_lock: return "the read lock";
    case Resource::write_lock: return "the write lock";
    case Resource::condition_lock: return "the join lock";
    case Resource::unfinished: return "the task count";
    case Resource::sleeping: return "the joiner count";
    case Resource::woken_joiner: return "a joiner's answer";
    case Resource::barrier: return "the barrier";
    case Resource::buffer_lock: return "the buffer lock";
    case Resource::mutex: return "the lock";
    case Resource::permit: return "a permit";
    default: return resource_words(trace, next.resource(), next.object);
  }
}

std::string item_of(Trace const& trace, Event const& next) {
  return next.item() ? short_label(trace, next.item()) : "an item";
}

std::string wake_up(Trace const& trace, Event const& next, Length length) {
  switch (next.resource()) {
    case Resource::deadline: return "wake up";
    case Resource::child_exit: return fmt::format("see that {} has exited", trace.name(next.object));
    case Resource::feeder_end: return "see its feeder end";
    case Resource::pipe_data:
      return length == Length::brief ? "check for data" : "check for data in " + trace.queue_name(next.object);
    default: return "go on after its wait for " + resource_of(trace, next, length);
  }
}

}  // namespace

std::string next_operation(Trace const& trace, Event const& next, Length length) {
  bool const whole = length == Length::whole;
  auto const on = [&](std::string verb, char const* preposition) {
    return whole ? fmt::format("{} {} {}", verb, preposition, trace.queue_name(next.object)) : verb;
  };
  std::string const wire(wire_word(trace.mechanism(next.object)));
  switch (next.kind) {
    case Kind::program_begin:
    case Kind::process_begin:
    case Kind::thread_begin: return "begin";
    case Kind::process_start: return "start " + trace.name(next.object);
    case Kind::process_end: return whole ? "end with " + exit_words(static_cast<int>(next.argument)) : "end";
    case Kind::process_signal:
      return fmt::format("send {} to {}", signal_name(static_cast<int>(next.argument)), trace.name(next.object));
    case Kind::process_reaped: return fmt::format("reap {}", trace.name(next.object));
    case Kind::acquired: return "take " + resource_of(trace, next, length);
    case Kind::released:
      return next.resource() == Resource::slot
                 ? (whole ? "free a slot of " + trace.queue_name(next.object) : "free a slot")
                 : "release " + resource_of(trace, next, length);
    case Kind::woken: return wake_up(trace, next, length);
    case Kind::queue_close: return whole ? "close its end of " + trace.queue_name(next.object) : "close its end";
    case Kind::buffer_append: return on("append " + item_of(trace, next), "to its buffer of");
    case Kind::buffer_take: return on(whole ? "take an item out" : "take an item", "of its buffer of");
    case Kind::pipe_write: return on("write " + item_of(trace, next), ("into the " + wire + " of").c_str());
    case Kind::pipe_read:
      return whole ? fmt::format("read from the {} of {}", wire, trace.queue_name(next.object)) : "read the " + wire;
    case Kind::repaired: return "repair " + resource_of(trace, next, length);
    case Kind::queue_shutdown: return whole ? "shut down " + trace.queue_name(next.object) : "shut it down";
    case Kind::qsize: return whole ? "call qsize() of " + trace.queue_name(next.object) : "call qsize()";
    case Kind::empty: return whole ? "call empty() of " + trace.queue_name(next.object) : "call empty()";
    case Kind::full: return whole ? "call full() of " + trace.queue_name(next.object) : "call full()";
    default: return fmt::format("go on ({})", mp::trace::facts(next.kind).name);
  }
}

}  // namespace qs
