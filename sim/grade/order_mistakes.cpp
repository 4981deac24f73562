#include "sim/grade/order_mistakes.hpp"

#include <fmt/format.h>

#include <map>

#include "sim/text/words.hpp"

namespace qs::grade {

namespace {

bool got(Event const& event) { return event.kind == Kind::get_end && event.outcome() == Outcome::ok; }

std::string at_place(Trace const& trace, Step step) {
  std::string const where = place(trace, trace.at(step).location);
  return where.empty() ? "" : fmt::format(" ({})", where);
}

std::optional<OrderMistake> lost_update(Trace const& trace) {
  struct Use {
    bool has_got = false;
    Step put_back = no_step;
    ActorIndex came_in = mp::trace::no_object;
  };
  std::map<std::pair<QueueIndex, ActorIndex>, Use> uses;
  for (Step step = 0; step < trace.size(); ++step) {
    Event const& event = trace.at(step);
    Use& mine = uses[{event.object, event.actor}];
    if (event.kind == Kind::put_begin) {
      if (mine.has_got) mine.put_back = step;
    } else if (got(event)) {
      if (mine.put_back != no_step && mine.came_in != mp::trace::no_object) {
        std::string const &who = trace.name(event.actor), &other = trace.name(mine.came_in);
        std::string const queue = trace.queue_name(event.object);
        return OrderMistake{
            "lost-update",
            fmt::format("{} got an item from {} and put one back{}, and later got from it again{}. In between, {} got "
                        "from it too: both went on with the same value, and one of their changes is lost.",
                        who, queue, at_place(trace, mine.put_back), at_place(trace, step), other),
            "Make reading and writing one step: keep the item in hand from the get to the put of the new value."};
      }
      for (auto& [whose, use] : uses) {
        bool const of_another = whose.first == event.object && whose.second != event.actor;
        if (of_another && use.put_back != no_step) use.came_in = event.actor;
      }
      mine = {.has_got = true};
    }
  }
  return {};
}

std::optional<OrderMistake> read_too_early(Trace const& trace) {
  std::map<QueueIndex, Step> last_get;  // of the program's own process
  for (Step step = 0; step < trace.size(); ++step) {
    if (trace.at(step).actor == 0 && got(trace.at(step))) last_get[trace.at(step).object] = step;
  }
  for (Step step = 0; step < trace.size(); ++step) {
    Event const& event = trace.at(step);
    auto const read = last_get.find(event.object);
    if (event.kind != Kind::put_begin || event.actor == 0 || read == last_get.end() || step < read->second) continue;
    std::string const& who = trace.name(event.actor);
    return OrderMistake{"read-too-early",
                        fmt::format("{} got its last item from {}{} before {} put {} on it{}.", trace.name(0),
                                    trace.queue_name(event.object), at_place(trace, read->second), who,
                                    item_label(trace, event.item()), at_place(trace, step)),
                        fmt::format("Wait until everybody is done before the result is used: join {}, or get until "
                                    "each has put a sentinel.",
                                    who)};
  }
  return {};
}

}  // namespace

std::optional<OrderMistake> order_mistake(Trace const& trace) {
  auto mistake = lost_update(trace);
  return mistake ? mistake : read_too_early(trace);
}

}  // namespace qs::grade
