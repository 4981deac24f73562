#include "sim/trace/trace.hpp"

#include <algorithm>
#include <array>

#include "sim/base/printable.hpp"

namespace qs {

namespace {

constexpr std::array<std::string_view, 6> ending_names = {"",         "finished", "failed",
                                                          "deadlock", "deadline", "interrupted"};

}  // namespace

std::string_view name(RunEnding ending) { return ending_names[static_cast<std::size_t>(ending)]; }

RunEnding run_ending_named(std::string_view word) {
  auto const found = std::find(ending_names.begin(), ending_names.end(), word);
  return found == ending_names.end() ? RunEnding::none : static_cast<RunEnding>(found - ending_names.begin());
}

mp::trace::ObjectKind object_kind(Event const& event) {
  using mp::trace::ObjectKind;
  if (static_cast<std::size_t>(event.kind) >= mp::trace::kind_count) return ObjectKind::none;
  if (!carries_resource(event.kind)) return facts(event.kind).object;
  return event.detail < mp::trace::resource_count ? facts(event.resource()).owner : ObjectKind::none;
}

bool well_formed(Event const& event) {
  using mp::trace::Phase;
  if (static_cast<std::size_t>(event.kind) >= mp::trace::kind_count || event.kind == Kind::text) return false;
  if (carries_resource(event.kind)) return event.detail < mp::trace::resource_count;
  if (facts(event.kind).phase == Phase::end) return event.detail <= static_cast<std::uint8_t>(Outcome::lost);
  if (event.kind == Kind::outside || event.kind == Kind::foreign_thread)
    return event.detail <= static_cast<std::uint8_t>(mp::trace::Outside::replaced);
  return event.kind != Kind::queue_new || mp::trace::QueueKind::valid(event.detail);
}

void Trace::append(Event const& event, std::string_view text) {
  if (events.size() >= most_events) {
    ++lost;
    return;
  }
  Step const step = size();
  events.push_back(event);
  note_loss(step);
  if (!text.empty()) texts.emplace(step, printable(text));

  switch (event.kind) {
    case Kind::queue_new:
      if (event.object == mp::trace::no_object) break;
      if (queues.size() <= event.object) queues.resize(std::size_t{event.object} + 1, no_step);
      queues[event.object] = step;
      break;
    case Kind::put_begin:
      if (!event.item() || event.item_producer >= actors.size()) break;
      if (puts.size() <= event.item_producer) puts.resize(std::size_t{event.item_producer} + 1);
      puts[event.item_producer].push_back(step);
      break;
    case Kind::gap: lost += static_cast<std::uint64_t>(std::max<std::int64_t>(event.argument, 0)); break;
    default: break;
  }
}

void Trace::note_loss(Step step) {
  Event const& event = events[step];
  auto const last = [this](ActorIndex actor) -> Step& {
    if (last_steps.size() <= actor) last_steps.resize(std::size_t{actor} + 1, no_step);
    return last_steps[actor];
  };
  bool const starts = event.kind == Kind::process_start || event.kind == Kind::thread_start;
  if (starts && event.object != mp::trace::no_object && last(event.object) == no_step) last(event.object) = step;
  // What the recorder saw from outside is no event of the actor's own.
  bool const seen = event.kind == Kind::outside || event.kind == Kind::foreign_thread;
  if (seen || event.kind == Kind::process_lost) return;
  if (event.kind == Kind::gap && step > 0) {
    Step const after = last(event.actor) == no_step ? 0 : last(event.actor);
    losses.push_back({after, step});
    losses_after.emplace(after, event.actor);
  }
  last(event.actor) = step;
}

std::string_view Trace::text(Step step) const {
  auto found = texts.find(step);
  return found == texts.end() ? std::string_view{} : found->second;
}

Location const& Trace::location(Event const& event) const {
  static Location const unknown;
  if (event.location < locations.size()) return locations[event.location];
  return locations.empty() ? unknown : locations.front();
}

std::string const& Trace::name(ActorIndex actor) const {
  static std::string const somebody = "somebody";
  return actor < actors.size() && !actors[actor].name.empty() ? actors[actor].name : somebody;
}

std::string Trace::queue_name(QueueIndex queue) const {
  if (queue < queues.size() && queues[queue] != no_step) {
    auto name = text(queues[queue]);
    if (!name.empty()) return std::string(name);
  }
  return queue == mp::trace::no_object ? "a queue" : "queue " + std::to_string(queue);
}

mp::Mechanism Trace::mechanism(QueueIndex queue) const {
  bool const known = queue < queues.size() && queues[queue] != no_step;
  return known ? mp::trace::QueueKind::unpack(at(queues[queue]).detail).mechanism : mp::Mechanism::cpython;
}

std::uint64_t Trace::duration() const { return std::max(run.duration, events.empty() ? 0 : events.back().time); }

Step Trace::put_of(ItemId item) const {
  if (!item || item.producer >= puts.size()) return no_step;
  auto const& steps = puts[item.producer];
  auto found = std::lower_bound(steps.begin(), steps.end(), item.sequence, [&](Step step, std::uint32_t sequence) {
    return events[step].item_sequence < sequence;
  });
  return found != steps.end() && events[*found].item() == item ? *found : no_step;
}

void TraceBuilder::run(RunFacts const& facts) { trace_.run = facts; }

void TraceBuilder::actor(ActorIndex index, ActorFacts const& facts) {
  if (trace_.actors.size() <= index) trace_.actors.resize(std::size_t{index} + 1);
  trace_.actors[index] = facts;
  trace_.actors[index].name = printable(facts.name);
}

void TraceBuilder::location(std::uint32_t index, Location const& location) {
  if (trace_.locations.size() <= index) trace_.locations.resize(std::size_t{index} + 1);
  trace_.locations[index] = {printable(location.file), location.line, printable(location.function)};
}

void TraceBuilder::source(std::string const& file, std::string const& text) { trace_.sources[file] = text; }

void TraceBuilder::event(Event const& event, std::string_view text) { trace_.append(event, text); }

void TraceBuilder::decision(Decision const& decision) { trace_.decisions.push_back(decision); }

}  // namespace qs
