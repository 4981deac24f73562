#include "sim/lesson/questions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
#include <utility>

#include "sim/model/items.hpp"
#include "sim/model/world.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

using mp::trace::Phase;

enum class Asks : std::uint8_t { who_gets, blocks, waits_for, returns, size, where, line, gets, actor_end, run_end };

struct Pattern {
  Asks asks;
  std::string_view before, between, after;  ///< "before A between B after"
};

/// Longer beginnings stand before their own beginnings.
constexpr std::array patterns{
    Pattern{Asks::who_gets, "who gets ", "", ""},
    Pattern{Asks::blocks, "does ", "", " block"},
    Pattern{Asks::waits_for, "what does ", "", " wait for"},
    Pattern{Asks::size, "what is ", ".", ""},
    Pattern{Asks::where, "where is ", "", " after its put"},
    Pattern{Asks::line, "which line of ", "", " is next"},
    Pattern{Asks::gets, "how many gets of ", "", ""},
    Pattern{Asks::run_end, "how does the run end", "", ""},
    Pattern{Asks::actor_end, "how does ", "", " end"},
    Pattern{Asks::returns, "how does ", " of ", " return"},
};

struct Asked {
  Asks asks = Asks::run_end;
  std::string first, second;
};

std::optional<Asked> match(Pattern const& pattern, std::string_view text) {
  if (!text.starts_with(pattern.before) || !text.ends_with(pattern.after)) return std::nullopt;
  if (text.size() < pattern.before.size() + pattern.after.size()) return std::nullopt;
  text.remove_prefix(pattern.before.size());
  text.remove_suffix(pattern.after.size());
  if (pattern.asks == Asks::run_end) return text.empty() ? std::optional(Asked{pattern.asks, "", ""}) : std::nullopt;
  if (pattern.between.empty()) return Asked{pattern.asks, std::string(text), ""};
  auto const at = text.rfind(pattern.between);
  if (at == std::string_view::npos) return std::nullopt;
  return Asked{pattern.asks, std::string(text.substr(0, at)), std::string(text.substr(at + pattern.between.size()))};
}

Asked asked(std::string_view question) {
  for (Pattern const& pattern : patterns)
    if (auto const found = match(pattern, question)) return *found;
  throw std::invalid_argument(
      fmt::format("'{}' is not a question that can be answered from a run; for example: who gets 7, does main block, "
                  "what is jobs.qsize, how does the run end",
                  question));
}

ActorIndex actor_named(Trace const& trace, std::string const& name) {
  for (std::size_t index = 0; index < trace.actors.size(); ++index)
    if (trace.actors[index].name == name) return static_cast<ActorIndex>(index);
  std::vector<std::string> names;
  for (auto const& actor : trace.actors)
    if (actor.kind == ActorKind::process) names.push_back(actor.name);
  throw std::invalid_argument(fmt::format("nobody is called '{}' in this run, only {}", name, listing(names, 8)));
}

Step first_after(Step moment) { return moment == no_step ? 0 : moment + 1; }
Step last_of(Trace const& trace) { return trace.size() == 0 ? no_step : trace.size() - 1; }

bool is_item(Trace const& trace, ItemId item, std::string const& label) {
  if (!item) return false;
  return label == "sentinel" ? is_sentinel(trace, item) : item_label(trace, item) == label;
}

RightAnswer who_gets(Trace const& trace, std::string const& label, Step moment) {
  bool known = false;
  for (Step step = 0; step < trace.size(); ++step) {
    Event const& event = trace.at(step);
    if (!is_item(trace, event.item(), label)) continue;
    known = true;
    if (step >= first_after(moment) && event.kind == Kind::get_end && event.outcome() == Outcome::ok)
      return {trace.name(event.actor), step};
  }
  if (!known) throw std::invalid_argument(fmt::format("no item is called '{}' in this run", label));
  return {"nobody", last_of(trace)};
}

RightAnswer blocks(Trace const& trace, ActorIndex actor, Step moment) {
  Step last = moment;
  for (Step step = first_after(moment); step < trace.size(); ++step) {
    Event const& event = trace.at(step);
    if (event.actor != actor) continue;
    last = step;
    if (waits_for_others(event)) return {"yes", step};
    if (mp::trace::facts(event.kind).phase == Phase::end) return {"no", step};
    if (event.kind == Kind::process_end || event.kind == Kind::process_lost) return {"no", step};
  }
  return {"no", last == moment ? last_of(trace) : last};
}

RightAnswer waits_for(Trace const& trace, ActorIndex actor, Step moment) {
  for (Step step = first_after(moment); step < trace.size(); ++step) {
    Event const& event = trace.at(step);
    if (event.actor == actor && waits_for_others(event)) return {wait_words(trace, event), step};
  }
  return {"nothing", last_of(trace)};
}

std::string call_of_end(Kind kind) {
  switch (kind) {
    case Kind::put_end: return "put";
    case Kind::get_end: return "get";
    case Kind::task_done_end: return "task_done";
    case Kind::join_end:
    case Kind::process_join_end: return "join";
    case Kind::join_thread_end: return "join_thread";
    default: return "";
  }
}

RightAnswer returns(Trace const& trace, std::string const& call, ActorIndex actor, Step moment) {
  constexpr std::array calls{"put", "get", "task_done", "join", "join_thread"};
  if (std::find(calls.begin(), calls.end(), call) == calls.end())
    throw std::invalid_argument(
        fmt::format("'{}' is not a call; a question is about put, get, task_done, join or join_thread", call));
  for (Step step = first_after(moment); step < trace.size(); ++step) {
    Event const& event = trace.at(step);
    if (event.actor == actor && call_of_end(event.kind) == call) return {outcome_words(event.outcome()), step};
  }
  return {"never", last_of(trace)};
}

RightAnswer size(Trace const& trace, std::string const& queue, std::string const& what, Step moment) {
  std::optional<Kind> kind;
  if (what == "qsize") kind = Kind::qsize;
  if (what == "empty") kind = Kind::empty;
  if (what == "full") kind = Kind::full;
  if (!kind) throw std::invalid_argument(fmt::format("a queue has no '{}', only qsize, empty and full", what));
  for (Step step = first_after(moment); step < trace.size(); ++step) {
    Event const& event = trace.at(step);
    if (event.kind != *kind || trace.queue_name(event.object) != queue) continue;
    if (*kind == Kind::qsize) return {fmt::format("{}", event.argument), step};
    return {event.argument != 0 ? "True" : "False", step};
  }
  throw std::invalid_argument(fmt::format("nobody calls {}.{}() after this moment", queue, what));
}

RightAnswer where(Trace const& trace, std::string const& label, Step moment) {
  for (Step step = first_after(moment); step < trace.size(); ++step) {
    Event const& event = trace.at(step);
    if (event.kind != Kind::put_end || !is_item(trace, event.item(), label)) continue;
    if (event.outcome() != Outcome::ok) return {"nowhere", step};
    History history(trace);
    World const& world = history.at(step);
    auto const item = world.items.find(event.item());
    if (item == world.items.end()) return {"already gone", step};
    return {std::string(place_words(item->second.place, trace.mechanism(event.object))), step};
  }
  throw std::invalid_argument(fmt::format("no put of '{}' returns after this moment", label));
}

RightAnswer line(Trace const& trace, ActorIndex actor, Step moment) {
  std::uint32_t here = 0;
  for (Step step = 0; step < trace.size(); ++step) {
    Event const& event = trace.at(step);
    if (event.actor != actor || event.location == 0) continue;
    std::uint32_t const number = trace.location(event).line;
    if (step >= first_after(moment) && number != here) return {fmt::format("{}", number), step};
    here = number;
  }
  throw std::invalid_argument(fmt::format("{} comes to no other line after this moment", trace.name(actor)));
}

RightAnswer gets(Trace const& trace, ActorIndex actor) {
  auto const count = std::count_if(trace.events.begin(), trace.events.end(), [&](Event const& event) {
    return event.actor == actor && event.kind == Kind::get_end && event.outcome() == Outcome::ok;
  });
  return {fmt::format("{}", count), last_of(trace)};
}

RightAnswer actor_end(Trace const& trace, ActorIndex actor) {
  for (Step step = 0; step < trace.size(); ++step) {
    Event const& event = trace.at(step);
    if (event.actor == actor && event.kind == Kind::process_end)
      return {event.argument < 0 ? "by a signal" : "by itself", step};
    bool const reaped = event.kind == Kind::process_reaped && event.object == actor && event.argument < 0;
    if (reaped || (event.actor == actor && event.kind == Kind::process_lost)) return {"by a signal", step};
  }
  return {"never", last_of(trace)};
}

RightAnswer run_end(Trace const& trace) {
  bool const failed = trace.run.ending == RunEnding::failed;
  return {trace.run.hung() ? "it hangs" : failed ? "it fails" : "it finishes", last_of(trace)};
}

std::vector<std::string> getters(Trace const& trace) {
  std::vector<std::string> names;
  for (std::size_t index = 0; index < trace.actors.size(); ++index) {
    bool const gets = std::any_of(trace.events.begin(), trace.events.end(), [&](Event const& event) {
      return event.actor == index && event.kind == Kind::get_begin;
    });
    if (gets) names.push_back(trace.actors[index].name);
  }
  return names;
}

}  // namespace

bool waits_for_others(Event const& event) {
  return event.kind == Kind::blocked && event.resource() != Resource::deadline &&
         event.resource() != Resource::buffered_item;
}

std::string wait_words(Trace const& trace, Event const& blocked) {
  switch (blocked.resource()) {
    case Resource::slot: return "a free slot";
    case Resource::read_lock: return "the read lock";
    case Resource::write_lock: return "the write lock";
    case Resource::condition_lock: return "the join lock";
    case Resource::pipe_data: return "an item";
    case Resource::pipe_room: return "room in the pipe";
    case Resource::barrier: return "all tasks to be done";
    case Resource::feeder_end: return "its feeder";
    case Resource::woken_joiner: return "a joiner to answer";
    case Resource::child_exit: return trace.name(blocked.object) + " to exit";
    default: return resource_words(trace, blocked.resource(), blocked.object);
  }
}

RightAnswer right_answer(Trace const& trace, std::string_view question, Step moment) {
  Asked const what = asked(question);
  switch (what.asks) {
    case Asks::who_gets: return who_gets(trace, what.first, moment);
    case Asks::blocks: return blocks(trace, actor_named(trace, what.first), moment);
    case Asks::waits_for: return waits_for(trace, actor_named(trace, what.first), moment);
    case Asks::returns: return returns(trace, what.first, actor_named(trace, what.second), moment);
    case Asks::size: return size(trace, what.first, what.second, moment);
    case Asks::where: return where(trace, what.first, moment);
    case Asks::line: return line(trace, actor_named(trace, what.first), moment);
    case Asks::gets: return gets(trace, actor_named(trace, what.first));
    case Asks::actor_end: return actor_end(trace, actor_named(trace, what.first));
    case Asks::run_end: return run_end(trace);
  }
  return {};
}

std::vector<std::string> usual_choices(Trace const& trace, std::string_view question) {
  Asked const what = asked(question);
  switch (what.asks) {
    case Asks::who_gets: {
      auto names = getters(trace);
      names.emplace_back("nobody");
      return names;
    }
    case Asks::blocks: return {"yes", "no"};
    case Asks::returns: return {"ok", "Empty", "Full", "never"};
    case Asks::size:
      if (what.second != "qsize") return {"True", "False"};
      return {"0", "1", "2"};
    case Asks::where: return {"in the buffer", "in the pipe", "already gone"};
    case Asks::actor_end: return {"by itself", "by a signal", "never"};
    case Asks::run_end: return {"it finishes", "it hangs", "it fails"};
    default: return {};
  }
}

std::string question_words(std::string_view question) {
  Asked const what = asked(question);
  std::string const item = what.first == "sentinel" ? "the sentinel" : what.first;
  switch (what.asks) {
    case Asks::who_gets: return fmt::format("Who gets {}?", item);
    case Asks::blocks: return fmt::format("Does {} have to wait?", what.first);
    case Asks::waits_for: return fmt::format("What does {} wait for next?", what.first);
    case Asks::returns: return fmt::format("How does the {} of {} return?", what.first, what.second);
    case Asks::size: return fmt::format("What does {}.{}() return?", what.first, what.second);
    case Asks::where: return fmt::format("Where is {} when put returns?", item);
    case Asks::line: return fmt::format("Which line does {} run next?", what.first);
    case Asks::gets: return fmt::format("How many items does {} get in the whole run?", what.first);
    case Asks::actor_end: return fmt::format("How does {} end?", what.first);
    case Asks::run_end: return "How does the program end?";
  }
  return "";
}

bool asks_for_process(std::string_view question) { return asked(question).asks == Asks::who_gets; }

}  // namespace qs
