#include "sim/control/breakpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/names.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

template <typename Value>
using Named = std::pair<std::string_view, Value>;
using Measure = std::int64_t (*)(QueueWorld const&);
using Comparison = bool (*)(std::int64_t, std::int64_t);

constexpr Named<ItemPlace> places[] = {{"putting", ItemPlace::putting}, {"buffered", ItemPlace::buffered},
                                       {"feeding", ItemPlace::feeding}, {"piped", ItemPlace::piped},
                                       {"got", ItemPlace::got},         {"done", ItemPlace::done},
                                       {"dropped", ItemPlace::dropped}};

constexpr Named<ActorState> states[] = {{"blocked", ActorState::blocked},
                                        {"sleeping", ActorState::sleeping},
                                        {"exiting", ActorState::exiting},
                                        {"ended", ActorState::ended},
                                        {"killed", ActorState::killed}};

constexpr Named<Measure> levels[] = {
    // As qsize() counts: slots taken, or, without a bound, puts minus gets.
    {"qsize", [](QueueWorld const& queue) { return queue.maxsize - queue.free_slots; }},
    {"pipe_bytes", [](QueueWorld const& queue) { return static_cast<std::int64_t>(queue.pipe_bytes); }},
    {"unfinished", [](QueueWorld const& queue) { return queue.unfinished; }},
    {"free_slots", [](QueueWorld const& queue) { return queue.free_slots; }},
    {"buffered", [](QueueWorld const& queue) {
       std::size_t items = 0;
       for (auto const& [process, end] : queue.ends) items += end.buffer.size();
       return static_cast<std::int64_t>(items);
     }}};

constexpr Named<Comparison> comparisons[] = {  // a longer operator precedes its own prefix
    {"<=", [](std::int64_t a, std::int64_t b) { return a <= b; }},
    {">=", [](std::int64_t a, std::int64_t b) { return a >= b; }},
    {"==", [](std::int64_t a, std::int64_t b) { return a == b; }},
    {"!=", [](std::int64_t a, std::int64_t b) { return a != b; }},
    {"<", [](std::int64_t a, std::int64_t b) { return a < b; }},
    {">", [](std::int64_t a, std::int64_t b) { return a > b; }}};

template <typename Value, std::size_t size>
std::optional<Value> find(Named<Value> const (&table)[size], std::string_view word) {
  for (auto const& [name, value] : table) {
    if (name == word) return value;
  }
  return {};
}

template <typename Value, std::size_t size>
std::string names(Named<Value> const (&table)[size]) {
  std::string all;
  for (std::size_t index = 0; index < size; ++index) {
    if (index > 0) all += index + 1 == size ? " or " : ", ";
    all += table[index].first;
  }
  return all;
}

/// Splits at the last blank.
std::pair<std::string_view, std::string_view> split_last(std::string_view text) {
  auto const blank = text.find_last_of(" \t");
  if (blank == std::string_view::npos) return {{}, text};
  return {trimmed(text.substr(0, blank)), text.substr(blank + 1)};
}

template <typename Number>
std::optional<Number> number_in(std::string_view digits) {
  Number number = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty()) return {};
  return number;
}

std::string_view without(std::string_view text, std::string_view beginning) {
  return text.starts_with(beginning) ? trimmed(text.substr(beginning.size())) : text;
}

/// The number of events at that step.
std::size_t events(World const& world) { return world.step == no_step ? 0 : std::size_t{world.step} + 1; }

/// Whether a process stands before an operation of its own again, not inside a call. All operations of a feeder are
/// parts of a put.
bool begins_again(Trace const& trace, World const& before, World const& now, ActorIndex actor) {
  if (actor >= now.actors.size() || trace.actors[actor].kind == ActorKind::feeder) return false;
  bool const acted = actor >= before.actors.size() || before.actors[actor].last_step != now.actors[actor].last_step;
  return acted && now.actors[actor].call == Kind::text;
}

/// The event with which the model forgets an item.
std::optional<Kind> end_of_way(ItemPlace place) {
  if (place == ItemPlace::got) return Kind::get_end;
  if (place == ItemPlace::done) return Kind::task_done_end;
  return {};
}

}  // namespace

Breakpoint::Breakpoint(std::string_view line) : text_(trimmed(line)), what_(parse(text_)) {}

std::variant<Breakpoint::Line, Breakpoint::Item, Breakpoint::State, Breakpoint::Level, Breakpoint::Choices,
             Breakpoint::EventNumber>
Breakpoint::parse(std::string_view line) {
  if (line.empty()) {
    throw BreakpointError(
        "until needs a condition, for example consumer-1 blocked, item 7 piped, jobs.qsize > 3 or jobs.cpp:12");
  }
  auto const [before, last] = split_last(line);

  if (before == "choice" || line == "choice") {
    auto const count = number_in<std::size_t>(last);
    if (!count)
      throw BreakpointError(fmt::format("'{}' is not a number of choices; write, for example, choice 40", last));
    return Choices{*count};
  }

  if (before == "step" || line == "step") {
    auto const step = number_in<Step>(last);
    if (!step)
      throw BreakpointError(fmt::format("'{}' is not the number of a step; write, for example, step 40", last));
    return EventNumber{*step};
  }

  if (auto const at = line.find_first_of("<>=!"); at != std::string_view::npos) {
    auto const sign = std::find_if(std::begin(comparisons), std::end(comparisons),
                                   [&](auto const& entry) { return line.substr(at).starts_with(entry.first); });
    auto const subject = trimmed(line.substr(0, at));
    auto const dot = subject.find_last_of('.');
    if (sign == std::end(comparisons) || dot == std::string_view::npos || dot == 0) {
      throw BreakpointError(
          fmt::format("'{}' is not a comparison of a queue's state; write, for example, jobs.qsize > 3", line));
    }
    auto const of = find(levels, subject.substr(dot + 1));
    if (!of) {
      throw BreakpointError(fmt::format("'{}' is not a property of a queue; use one of {}, for example {}.qsize > 3",
                                        subject.substr(dot + 1), names(levels), subject.substr(0, dot)));
    }
    auto const bound = number_in<std::int64_t>(trimmed(line.substr(at + sign->first.size())));
    if (!bound) {
      throw BreakpointError(fmt::format("'{}' must be compared with a number; write, for example, {} {} 3", subject,
                                        subject, sign->first));
    }
    return Level{std::string(subject.substr(0, dot)), *of, sign->second, *bound};
  }

  if (before.starts_with("item ") || before == "sentinel" || line == "item" || line == "sentinel") {
    auto const place = find(places, last);
    if (!place || before.empty()) {
      throw BreakpointError(fmt::format("an item can be {}; write, for example, item 7 piped", names(places)));
    }
    return Item{before == "sentinel" ? "" : std::string(without(before, "item ")), *place};
  }

  if (auto const state = find(states, last)) return State{std::string(before), *state};

  if (auto const colon = last.find_last_of(':'); colon != std::string_view::npos && colon > 0) {
    auto const number = number_in<std::uint32_t>(last.substr(colon + 1));
    if (!number) {
      throw BreakpointError(fmt::format("'{}' is not a source line; write, for example, consumer_pool.cpp:12", last));
    }
    auto who = before;
    for (std::string_view const word : {"at", "reaches"}) {
      if (who == word) who = {};
      if (auto const [actor, verb] = split_last(who); verb == word) who = actor;
    }
    return Line{std::string(who), std::string(last.substr(0, colon)), *number};
  }

  throw BreakpointError(
      fmt::format("'{}' is not a condition; write, for example, consumer-1 blocked, main ended, item 7 piped, "
                  "jobs.qsize > 3, consumer-1 at jobs.cpp:12, choice 40",
                  line));
}

bool Breakpoint::is_meant(Trace const& trace, std::string const& actor, ActorIndex index) {
  return actor.empty() || trace.name(index) == actor || names_.name(index) == actor;
}

/// The location of a parked actor is that of its next operation; of any other, that of its last event.
bool Breakpoint::holds(Trace const& trace, Line const& line, World const& before, World const& now,
                       std::vector<ActorStatus> const& status) {
  auto const here = [&](std::uint32_t location, ActorIndex actor) {
    if (location >= trace.locations.size() || !is_meant(trace, line.actor, actor)) return false;
    Location const& where = trace.locations[location];
    return where.line == line.number && (where.file == line.file || where.file.ends_with("/" + line.file));
  };
  bool reached = false;
  for (std::size_t actor = at_.size(); actor < trace.actors.size(); ++actor)
    at_.push_back(actor < before.actors.size() ? before.actors[actor].location : 0);
  for (std::size_t step = events(before); step < events(now); ++step) {
    Event const& event = trace.at(static_cast<Step>(step));
    if (event.location == 0 || event.actor >= at_.size()) continue;
    bool const comes = at_[event.actor] != event.location ||
                       mp::trace::facts(event.kind).phase == mp::trace::Phase::begin;  // again, in a loop
    at_[event.actor] = event.location;
    reached = reached || (comes && here(event.location, event.actor));
  }
  for (std::size_t index = 0; index < std::min(status.size(), at_.size()); ++index) {
    auto const actor = static_cast<ActorIndex>(index);
    std::uint32_t const location = status[index].next.location;
    if (status[index].where != ActorStatus::Where::parked || location == 0) continue;
    bool const comes = at_[index] != location || begins_again(trace, before, now, actor);
    at_[index] = location;
    reached = reached || (looked_ && comes && here(location, actor));
  }
  looked_ = true;
  return reached;
}

bool Breakpoint::holds(Trace const& trace, Item const& wanted, World const& before, World const& now) {
  auto const meant = [&](ItemId item) {
    return wanted.preview.empty() ? is_sentinel(trace, item) : item_label(trace, item) == wanted.preview;
  };
  if (auto const kind = end_of_way(wanted.place)) {
    for (std::size_t step = events(before); step < events(now); ++step) {
      Event const& event = trace.at(static_cast<Step>(step));
      if (event.item() && event.kind == *kind && event.outcome() == Outcome::ok && meant(event.item())) return true;
    }
    return false;
  }
  return std::any_of(now.items.begin(), now.items.end(), [&](auto const& entry) {
    auto const& [id, item] = entry;
    return item.place == wanted.place && item.since != no_step && item.since >= events(before) && meant(id);
  });
}

bool Breakpoint::holds(Trace const& trace, State const& wanted, World const& before, World const& now) {
  for (std::size_t actor = 0; actor < now.actors.size(); ++actor) {
    auto const index = static_cast<ActorIndex>(actor);
    if (now.actors[actor].state != wanted.state || !is_meant(trace, wanted.actor, index)) continue;
    // A feeder with an empty buffer is idle; that only counts if the condition names it.
    bool const idle =
        now.actors[actor].waits_for == Resource::buffered_item || now.actors[actor].waits_for == Resource::deadline;
    if (wanted.state == ActorState::blocked && wanted.actor.empty() && idle) continue;
    if (actor >= before.actors.size() || before.actors[actor].state != wanted.state ||
        now.actors[actor].since >= events(before)) {
      return true;
    }
  }
  return false;
}

bool Breakpoint::holds(Trace const&, Level const& level, World const& before, World const& now) {
  for (std::size_t index = 0; index < now.queues.size(); ++index) {
    QueueWorld const& queue = now.queues[index];
    if (!queue.exists || queue.name != level.queue || !level.compare(level.of(queue), level.bound)) continue;
    QueueWorld const* const was = before.queue(static_cast<std::uint16_t>(index));
    if (was == nullptr || !level.compare(level.of(*was), level.bound)) return true;
  }
  return false;
}

bool Breakpoint::holds(Trace const& trace, Choices const& choices, World const& before, World const& now) {
  if (choices.count == 0 || trace.decisions.size() < choices.count) return false;
  Step const made = trace.decisions[choices.count - 1].step;  // how many events there were before it
  return events(before) <= made && made < events(now);
}

bool Breakpoint::holds(Trace const&, EventNumber const& event, World const& before, World const& now) {
  return events(before) <= event.step && event.step < events(now);
}

bool Breakpoint::reached(Trace const& trace, World const& before, World const& now,
                         std::vector<ActorStatus> const& status) {
  names_.update(trace.actors);
  return std::visit(
      [&](auto const& what) {
        if constexpr (std::is_same_v<std::decay_t<decltype(what)>, Line>) {
          return holds(trace, what, before, now, status);
        } else {
          return holds(trace, what, before, now);
        }
      },
      what_);
}

}  // namespace qs
