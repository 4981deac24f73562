#include "sim/export/activity.hpp"

#include <algorithm>

#include "sim/text/words.hpp"

namespace qs {

using mp::trace::ObjectKind, mp::trace::Phase, mp::trace::QueueClass;

namespace {

constexpr char events_lost[] = "unknown: events were lost";

bool is_instant(Kind kind) {
  switch (kind) {
    case Kind::process_start:
    case Kind::thread_start:
    case Kind::process_signal:
    case Kind::process_reaped:
    case Kind::process_lost:
    case Kind::uncaught:
    case Kind::queue_new:
    case Kind::queue_close:
    case Kind::queue_shutdown:
    case Kind::serialise_failed:
    case Kind::pipe_broken:
    case Kind::pipe_end:
    case Kind::cancel_join_thread:
    case Kind::qsize:
    case Kind::empty:
    case Kind::full:
    case Kind::note:
    case Kind::gap:
    case Kind::expectation_failed:
    case Kind::repaired:
    case Kind::task_lost:
    case Kind::task_returned:
    case Kind::outside:
    case Kind::foreign_thread: return true;
    default: return false;
  }
}

std::string spaced(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string where(Trace const& trace, Event const& event) {
  auto const& location = trace.location(event);
  return event.location == 0 || location.file.empty() ? "" : location.file + ":" + std::to_string(location.line);
}

std::string queue_of(Trace const& trace, Event const& event) {
  bool const one = object_kind(event) == ObjectKind::queue && event.object != mp::trace::no_object;
  return one ? trace.queue_name(event.object) : "";
}

Slice slice_of(Current const& now, Slice::What what, std::string name, std::string_view category) {
  return {.what = what,
          .name = std::move(name),
          .category = category,
          .begin = now.time,
          .step = now.step,
          .event = now.event(),
          .queue = queue_of(now.trace, now.event()),
          .where = where(now.trace, now.event())};
}

std::string_view wait_category(Resource resource) {
  if (resource == Resource::deadline) return "sleep";
  return resource == Resource::buffered_item ? "idle" : "wait";
}

}  // namespace

std::string_view Activity::count_name(Count count, bool hardened) const {
  switch (count) {
    case Count::items: return "items";
    case Count::pipe_bytes: return hardened ? "bytes in the shared log" : "bytes in the pipe";
    case Count::unfinished: return "unfinished tasks";
  }
  return "";
}

Activity::Actor& Activity::at(Trace const& trace, ActorIndex index) {
  if (actors_.size() <= index) actors_.resize(std::max<std::size_t>(std::size_t{index} + 1, trace.actors.size()));
  Actor& actor = actors_[index];
  if (shown_ && !actor.met) {
    actor.met = true;
    meet(trace, index);
  }
  return actor;
}

void Activity::before_range(Current const& now) { take(now); }

void Activity::event(Current const& now) {
  if (!shown_) begin_range(now);
  take(now);
}

void Activity::begin_range(Current const& now) {
  shown_ = true;
  now_ = &now;
  for (std::size_t index = 0; index < actors_.size(); ++index) {
    auto const actor = static_cast<ActorIndex>(index);
    for (Slice& slice : actors_[index].slices) {
      at(now.trace, actor);
      slice.begin = now.time;
      if (slice.flow != Flow::none) flows_.insert(slice.item, true);
      open(actor, slice);
      if (slice.flow != Flow::none) flow(actor, slice, now.time);
    }
  }
  counts_.say_all();
}

void Activity::take(Current const& now) {
  now_ = &now;
  Event const& event = now.event();
  Actor& actor = at(now.trace, event.actor);
  on_event(now, actor);
  actors_[event.actor].last = now.time;
  counts_.event(event, now.certain);
}

void Activity::on_event(Current const& now, Actor& actor) {
  Event const& event = now.event();
  bool const seen = event.kind == Kind::outside || event.kind == Kind::foreign_thread;
  bool const instant_comes_first = event.kind != Kind::gap && !seen;
  auto& slices = actor.slices;
  if (event.kind == Kind::gap) close_down_to(event.actor, 0, actor.last, events_lost);
  bool const wakes = !seen && event.kind != Kind::process_lost;
  bool const refused = event.kind == Kind::refused && event.resource() != Resource::deadline;
  if (wakes && !slices.empty() && slices.back().what == Slice::What::wait)
    close_one(event.actor, now.time, refused ? "timed out" : "");
  if (shown_ && instant_comes_first && is_instant(event.kind)) instant(now, spaced(mp::trace::facts(event.kind).name));

  auto const call =
      std::find_if(slices.begin(), slices.end(), [](Slice const& slice) { return slice.what == Slice::What::call; });
  auto const below_call = static_cast<std::size_t>(call - slices.begin());
  auto const feed =
      std::find_if(slices.begin(), slices.end(), [](Slice const& slice) { return slice.what == Slice::What::feed; });
  auto const below_feed = static_cast<std::size_t>(feed - slices.begin());
  switch (mp::trace::facts(event.kind).phase) {
    case Phase::begin: {
      close_down_to(event.actor, below_call, now.time, "");
      auto slice = slice_of(now, Slice::What::call, call_words(event.kind), "call");
      if (event.kind == Kind::process_join_begin) slice.name = "join of " + now.trace.name(event.object);
      if (event.kind == Kind::put_begin) know_item(now, event.actor, slice);
      open(now, event.actor, std::move(slice));
      return;
    }
    case Phase::end:
      if (call == slices.end()) return;
      if (event.item() && event.outcome() == Outcome::ok && event.kind != Kind::put_end && call->flow == Flow::none) {
        know_item(now, event.actor, *call);
        if (call->flow != Flow::none && shown_) flow(event.actor, *call, now.time);
      }
      close_down_to(event.actor, below_call, now.time, outcome_words(event.outcome()));
      return;
    case Phase::wait: {
      auto const& resource = event.resource();
      auto const words = resource == Resource::deadline
                             ? "sleep"
                             : "waits for " + resource_words(now.trace, resource, event.object, event.argument);
      open(now, event.actor, slice_of(now, Slice::What::wait, words, wait_category(resource)));
      return;
    }
    default: break;
  }

  switch (event.kind) {
    case Kind::buffer_take: {
      close_down_to(event.actor, below_feed, now.time, "");
      auto slice = slice_of(now, Slice::What::feed, "feed", "feeder");
      know_item(now, event.actor, slice);
      open(now, event.actor, std::move(slice));
      break;
    }
    case Kind::pipe_write:
      if (mp::trace::Chunk::unpack(event.argument).missing == 0)
        close_down_to(event.actor, below_feed, now.time, "written");
      break;
    case Kind::serialise_failed:
    case Kind::pipe_broken: close_down_to(event.actor, below_feed, now.time, "dropped"); break;
    case Kind::pipe_read:
    case Kind::acquired: {
      bool const got = event.kind == Kind::pipe_read && mp::trace::Chunk::unpack(event.argument).missing == 0;
      bool const done = event.kind == Kind::acquired && event.resource() == Resource::unfinished;
      auto const expected = got ? Kind::get_begin : Kind::task_done_begin;
      if (!(got || done) || !event.item() || call == slices.end() || call->event.kind != expected) break;
      if (call->flow != Flow::none) break;
      know_item(now, event.actor, *call);
      if (call->flow != Flow::none && shown_) flow(event.actor, *call, now.time);
      break;
    }
    case Kind::uncaught: close_down_to(event.actor, below_call, now.time, "an exception"); break;
    case Kind::exit_begin:
      close_down_to(event.actor, 0, now.time, "");
      open(now, event.actor, slice_of(now, Slice::What::exit, "exit steps", "exit"));
      break;
    case Kind::thread_end: close_down_to(event.actor, 0, now.time, ""); break;
    case Kind::process_end: bury(now, event.actor, ""); break;
    case Kind::process_lost: bury(now, event.actor, "died"); break;
    case Kind::process_reaped:
      if (event.object < now.trace.actors.size()) bury(now, event.object, event.argument < 0 ? "killed" : "");
      break;
    default: break;
  }
  if (shown_ && !instant_comes_first) instant(now, spaced(mp::trace::facts(event.kind).name));
}

void Activity::open(Current const& now, ActorIndex index, Slice slice) {
  auto& slices = at(now.trace, index).slices;
  slices.push_back(std::move(slice));
  if (!shown_) return;
  open(index, slices.back());
  if (slices.back().flow != Flow::none) flow(index, slices.back(), now.time);
}

void Activity::close_one(ActorIndex index, std::uint64_t time, std::string const& outcome) {
  auto& slices = actors_[index].slices;
  if (shown_) close(index, slices.back(), std::max(time, slices.back().begin), outcome);
  slices.pop_back();
}

void Activity::close_down_to(ActorIndex index, std::size_t height, std::uint64_t time, std::string const& outcome) {
  auto& slices = actors_[index].slices;
  while (slices.size() > height) close_one(index, time, slices.size() == height + 1 ? outcome : "");
}

void Activity::bury(Current const& now, ActorIndex process, std::string const& outcome) {
  for (std::size_t index = 0; index < actors_.size(); ++index) {
    auto const& facts = now.trace.actors;
    bool const its_own = index == process || (index < facts.size() && facts[index].process == process);
    if (its_own) close_down_to(static_cast<ActorIndex>(index), 0, now.time, outcome);
  }
}

void Activity::know_item(Current const& now, ActorIndex, Slice& slice) {
  slice.item = now.event().item();
  if (!slice.item) return;
  slice.label = item_label(now.trace, slice.item);
  slice.flow = next_flow(now, slice.item, slice);
}

Flow Activity::next_flow(Current const& now, ItemId item, Slice const& slice) {
  if (slice.event.kind == Kind::put_begin) {
    if (shown_) flows_.insert(item, true);
    return Flow::begin;
  }
  if (flows_.find(item) == nullptr) return Flow::none;
  auto const queue = now.event().object;
  bool const known = queue < now.trace.queues.size() && now.trace.queues[queue] != no_step;
  bool const joinable =
      known && mp::trace::QueueKind::unpack(now.trace.at(now.trace.queues[queue]).detail).type == QueueClass::joinable;
  bool const last = slice.event.kind == Kind::task_done_begin || (slice.event.kind == Kind::get_begin && !joinable);
  if (!last) return Flow::step;
  flows_.erase(item);
  return Flow::end;
}

void Activity::finish(Trace const& facts, std::uint64_t time) {
  for (std::size_t index = 0; index < actors_.size(); ++index) {
    close_down_to(static_cast<ActorIndex>(index), 0, std::max(time, actors_[index].last), "not over");
  }
  end(facts, time);
}

}  // namespace qs
