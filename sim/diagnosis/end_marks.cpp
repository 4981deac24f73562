#include "sim/diagnosis/end_marks.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

#include "sim/text/words.hpp"

namespace qs {

namespace {

bool succeeded(Event const& event, Kind kind) {
  return event.kind == kind && event.outcome() == Outcome::ok && event.item();
}

/// Whether a preview looks like an end mark by itself: "STOP", 'done', "", -1.
bool looks_like_a_mark(std::string_view preview) {
  if (preview.starts_with('-')) return true;
  if (preview.size() < 2 || (preview.front() != '"' && preview.front() != '\'')) return false;
  std::string word;
  for (char const letter : preview.substr(1, preview.size() - 2)) {
    if (std::isalpha(static_cast<unsigned char>(letter)) != 0)
      word += static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  static constexpr std::array words{"",           "STOP",     "DONE",      "END",      "QUIT",    "EXIT",   "EOF",
                                    "EOT",        "KILL",     "HALT",      "FIN",      "BYE",     "POISON", "CLOSE",
                                    "POISONPILL", "FINISHED", "TERMINATE", "SENTINEL", "SHUTDOWN"};
  return std::any_of(words.begin(), words.end(), [&](char const* known) { return word == known; });
}

/// What a structure without a preview shows says nothing about its value.
bool shows_its_value(std::string_view preview) { return !preview.empty() && !preview.ends_with(" bytes>"); }

}  // namespace

EndMarks::EndMarks(Trace const& trace, World const& world) : trace_(trace) {
  auto const end = world.step == no_step ? 0 : std::min<Step>(trace.size(), world.step + 1);
  find_values(end, world);
  count_uses(end);
}

void EndMarks::find_values(Step end, World const& world) {
  struct Actor {
    std::string_view put, got;  ///< its last one
    bool stopped = false;       ///< no get since
  };
  std::map<std::pair<QueueIndex, ActorIndex>, Actor> actors;
  std::set<QueueIndex> with_sentinels;
  for (Step step = 0; step < end; ++step) {
    Event const& event = trace_.at(step);
    if (event.kind == Kind::get_begin) actors[{event.object, event.actor}].stopped = false;
    bool const put = succeeded(event, Kind::put_end), got = succeeded(event, Kind::get_end);
    if (!put && !got) continue;
    if (is_sentinel(trace_, event.item())) with_sentinels.insert(event.object);
    auto& actor = actors[{event.object, event.actor}];
    (put ? actor.put : actor.got) = trace_.text(trace_.put_of(event.item()));
    if (got) actor.stopped = true;
  }

  // A process that died with an item did not stop because of it.
  auto const stopped_in_order = [&](ActorIndex index) {
    if (index >= world.actors.size()) return false;
    auto const process = world.actors[index].process;
    auto const& actor = world.actors[index];
    bool const joins = actor.state == ActorState::blocked && actor.waits_for == Resource::child_exit;
    bool const died =
        process < world.actors.size() &&
        (world.actors[process].lost || (world.actors[process].exit_code_known && world.actors[process].exit_code != 0));
    return !died && (joins || actor.state == ActorState::ended || actor.state == ActorState::exiting || actor.in_exit);
  };
  std::map<QueueIndex, std::set<std::string_view>> candidates;
  for (auto const& [key, getter] : actors) {
    if (!getter.stopped || !shows_its_value(getter.got) || with_sentinels.contains(key.first)) continue;
    if (!stopped_in_order(key.second)) continue;
    for (auto other = actors.lower_bound({key.first, 0}); other != actors.end() && other->first.first == key.first;
         ++other) {
      if (other->second.put == getter.got) candidates[key.first].insert(getter.got);
    }
  }
  // Or several producers end with it.
  std::map<std::pair<QueueIndex, std::string_view>, int> last_puts;
  for (auto const& [key, putter] : actors) {
    if (!shows_its_value(putter.put) || with_sentinels.contains(key.first) || !looks_like_a_mark(putter.put)) continue;
    if (++last_puts[{key.first, putter.put}] == 2) candidates[key.first].insert(putter.put);
  }
  if (candidates.empty()) return;

  struct Value {
    std::set<std::uint32_t> locations;
    std::set<ActorIndex> putters;
    bool went_on = false;  ///< a putter put something else after it
  };
  std::map<std::pair<QueueIndex, std::string_view>, Value> values;
  std::map<QueueIndex, std::map<std::uint32_t, std::set<std::string_view>>> others;  // at most two of each location
  for (Step step = 0; step < end; ++step) {
    Event const& event = trace_.at(step);
    if (!succeeded(event, Kind::put_end) || !candidates.contains(event.object)) continue;
    auto const put = trace_.put_of(event.item());
    auto const text = trace_.text(put);
    for (auto const& candidate : candidates[event.object]) {
      auto& value = values[{event.object, candidate}];
      if (text != candidate) {
        value.went_on = value.went_on || value.putters.contains(event.actor);
      } else {
        value.putters.insert(event.actor);
        if (put != no_step) value.locations.insert(trace_.at(put).location);
      }
    }
    if (put == no_step) continue;
    auto& seen = others[event.object][trace_.at(put).location];
    if (seen.size() < 2) seen.insert(text);
  }
  for (auto const& [key, value] : values) {
    if (value.went_on) continue;
    auto const& its_places = others[key.first];
    bool anything_else = false, own_line = !value.locations.empty(), a_loop = false;
    for (auto const& [location, texts] : its_places) {
      bool const mine = value.locations.contains(location);
      anything_else = anything_else || texts.size() > 1 || !texts.contains(key.second);
      if (mine) own_line = own_line && location != 0 && texts.size() == 1;
      if (!mine) a_loop = a_loop || texts.size() > 1;
    }
    if (anything_else && (looks_like_a_mark(key.second) || (own_line && a_loop)))
      values_.try_emplace(key.first, std::string(key.second));
  }
}

void EndMarks::count_uses(Step end) {
  for (Step step = 0; step < end; ++step) {
    Event const& event = trace_.at(step);
    bool const put = succeeded(event, Kind::put_end), got = succeeded(event, Kind::get_end);
    if ((!put && !got) || !is_mark(event.item())) continue;
    auto& use = uses_[{event.object, event.actor}];
    use.put += put;
    use.got += got;
    if (got) use.last_got = step;
  }
}

bool EndMarks::is_mark(ItemId item) const {
  if (is_sentinel(trace_, item)) return true;
  if (values_.empty()) return false;
  auto const put = trace_.put_of(item);
  if (put == no_step) return false;
  auto const value = values_.find(trace_.at(put).object);
  return value != values_.end() && value->second == trace_.text(put);
}

EndMarks::Use EndMarks::of(QueueIndex queue, ActorIndex actor) const {
  auto const use = uses_.find({queue, actor});
  return use == uses_.end() ? Use{} : use->second;
}

std::string EndMarks::value(QueueIndex queue) const {
  auto const value = values_.find(queue);
  return value == values_.end() ? std::string() : value->second;
}

}  // namespace qs
