#include "sim/explore/explore.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "sim/control/scheduler.hpp"
#include "sim/diagnosis/diagnosis.hpp"
#include "sim/model/world.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

using std::chrono::steady_clock;

/// A quick test whether anything could be wrong: most runs end well.
bool suspicious(ForkedRunEnd const& end) {
  if (end.how != ForkedRunEnd::How::all_gone) return true;
  std::map<std::uint16_t, std::int64_t> inside;  // items by queue, without sentinels
  std::set<ItemId> sentinels;
  for (Event const& event : end.trace.events) {
    switch (event.kind) {
      case Kind::process_lost:
      case Kind::uncaught:
      case Kind::expectation_failed:
      case Kind::serialise_failed:
      case Kind::pipe_broken: return true;
      case Kind::process_end:
        if (event.argument != 0) return true;
        break;
      case Kind::put_begin:
        if (event.detail == mp::trace::item_sentinel) sentinels.insert(event.item());
        break;
      case Kind::put_end:
        if (event.outcome() == Outcome::ok && !sentinels.contains(event.item())) ++inside[event.object];
        break;
      case Kind::get_end:
        if (event.outcome() == Outcome::ok && !sentinels.contains(event.item())) --inside[event.object];
        break;
      default: break;
    }
  }
  return std::any_of(inside.begin(), inside.end(), [](auto const& queue) { return queue.second != 0; });
}

/// A run as deviations from the default choices, and its counts.
struct Shape {
  std::map<std::size_t, Choice> deviations;
  int preemptions = 0;
};

class Explorer {
 public:
  Explorer(ExploreOptions const& options, std::atomic<bool> const& stop, Progress const& progress)
      : options_(options), stop_(stop), progress_(progress), arena_(options.run, options.processor) {}

  Exploration search() {
    // The default schedule first, to learn the number of steps.
    Deviating usual({});
    Shape shape;
    ForkedRunEnd const first = run(usual, shape);
    found_.steps = first.choices.size();
    found_.actors = first.actors;
    auto const strategy = make_strategy();
    for (std::uint64_t number = options_.shard.index; !stop_ && !strategy->exhausted();
         number += options_.shard.count) {
      if (number >= options_.runs || (options_.first_only && !found_.endings.empty())) break;
      ForkedRunEnd const end = next(*strategy, number, shape);
      // Each shard of a depth-first search begins with the default schedule, which counts for the first shard only.
      bool const counted = options_.search != Search::dfs || options_.shard.index == 0 || !shape.deviations.empty();
      if (counted) note(end, shape, number);
      tell();
    }
    if (!found_.endings.empty()) progress_(found_);
    found_.complete = strategy->exhausted();
    found_.interrupted = stop_;
    for (std::size_t index = 0; index < found_.endings.size(); ++index) shrink(index);
    found_.seconds = std::chrono::duration<double>(steady_clock::now() - begin_).count();
    return found_;
  }

 private:
  std::unique_ptr<Strategy> make_strategy() const {
    RandomKills const kills(options_.kills, found_.steps);
    switch (options_.search) {
      case Search::pct: return std::make_unique<PriorityChanges>(options_.seed, options_.depth, found_.steps, kills);
      case Search::dfs: return std::make_unique<DepthFirst>(options_.preemptions, options_.shard);
      case Search::random: break;
    }
    return std::make_unique<RandomWalk>(options_.seed, kills);
  }

  ForkedRunEnd next(Strategy& strategy, std::uint64_t number, Shape& shape) try {
    strategy.begin(number);
    ForkedRunEnd end = run(strategy, shape);
    strategy.end();
    return end;
  } catch (NotRepeatable const& other) {
    ActorNames names;
    names.update(arena_.actors());
    throw ExploreError(fmt::format(
        "after {} other actors can go on than before (now {}; then {}): something that no schedule controls "
        "decides in the program, such as the clock or a random number, and so its schedules cannot be enumerated; try "
        "random or pct",
        count(other.step, "equal step"), words(names, other.now), words(names, other.then)));
  }

  ForkedRunEnd run(Strategy& strategy, Shape& shape) {
    shape = {};
    options_.before_run();
    return arena_.run(
        [&](DecisionPoint const& fork) {
          Choice const choice = strategy.pick(fork);
          if (choice != default_choice(fork.enabled, fork.last)) shape.deviations[fork.step] = choice;
          if (is_preemption(fork, choice)) ++shape.preemptions;
          return choice;
        },
        options_.most_steps, options_.kills);
  }

  void note(ForkedRunEnd const& end, Shape const& shape, std::uint64_t number) {
    ++found_.runs;
    found_.steps = std::max(found_.steps, end.choices.size());
    found_.actors = std::max(found_.actors, end.actors);
    if (end.how == ForkedRunEnd::How::too_long) ++found_.too_long;
    EndVerdict const verdict = options_.judge(end);
    if (verdict.name.empty()) return;
    auto known = std::find_if(found_.endings.begin(), found_.endings.end(),
                              [&](BadEnding const& ending) { return ending.name == verdict.name; });
    if (known == found_.endings.end()) {
      found_.endings.push_back({.name = verdict.name, .first_run = number});
      shapes_.emplace_back();
      known = found_.endings.end() - 1;
    }
    ++known->count;
    auto const index = static_cast<std::size_t>(known - found_.endings.begin());
    bool const better = known->count == 1 || shape.deviations.size() < shapes_[index].deviations.size();
    if (better) keep(index, end, shape, verdict);
  }

  void keep(std::size_t index, ForkedRunEnd const& end, Shape const& shape, EndVerdict const& verdict) {
    shapes_[index] = shape;
    BadEnding& ending = found_.endings[index];
    ending.headline = verdict.headline;
    ending.preemptions = shape.preemptions;
    ending.steps = end.choices.size();
    ActorNames names;
    names.update(end.trace.actors);
    ending.schedule.clear();
    std::size_t const length = shape.deviations.empty() ? 0 : shape.deviations.rbegin()->first + 1;
    for (std::size_t step = 0; step < length; ++step) ending.schedule.push_back(names.named(end.choices[step]));
  }

  /// Removes one deviation after another while the ending stays the same.
  void shrink(std::size_t index) {
    for (bool smaller = true; smaller && !stop_;) {
      smaller = false;
      auto const deviations = shapes_[index].deviations;
      for (auto const& [step, choice] : deviations) {
        if (stop_) return;
        auto fewer = deviations;
        fewer.erase(step);
        Deviating strategy(fewer);
        Shape shape;
        ForkedRunEnd const end = run(strategy, shape);
        EndVerdict const verdict = options_.judge(end);
        bool const fewest = std::pair(shape.preemptions, shape.deviations.size()) <
                            std::pair(shapes_[index].preemptions, shapes_[index].deviations.size());
        if (verdict.name != found_.endings[index].name || !fewest) continue;
        keep(index, end, shape, verdict);
        smaller = true;
        break;
      }
    }
  }

  void tell() {
    auto const now = steady_clock::now();
    if (now - told_ < std::chrono::milliseconds(200)) return;
    told_ = now;
    found_.seconds = std::chrono::duration<double>(now - begin_).count();
    progress_(found_);
  }

  ExploreOptions const& options_;
  std::atomic<bool> const& stop_;
  Progress const& progress_;
  steady_clock::time_point begin_ = steady_clock::now(), told_ = begin_;
  ForkedRuns arena_;
  Exploration found_;
  std::vector<Shape> shapes_;  ///< of found_.endings
};

}  // namespace

EndVerdict judge(ForkedRunEnd const& end) {
  if (end.how == ForkedRunEnd::How::too_long) return {};
  if (end.how == ForkedRunEnd::How::stalled) return {"stalled", "Somebody computed for seconds without using a queue."};
  if (!suspicious(end)) return {};
  World world;
  for (Step step = 0; step < end.trace.size(); ++step) apply(world, end.trace, step);
  Diagnosis const diagnosis = diagnose(end.trace, world);
  std::set<std::string> mistakes;
  for (Finding const& finding : diagnosis.findings) mistakes.emplace(name(finding.mistake));
  bool exit_code = false;
  for (Event const& event : end.trace.events)
    exit_code = exit_code || (event.kind == Kind::process_end && event.argument != 0);

  EndVerdict verdict;
  if (end.how == ForkedRunEnd::How::deadlock) {
    verdict.name = "deadlock";
  } else if (!mistakes.empty()) {
    verdict.name = "bad end";
  } else if (exit_code) {
    verdict.name = "exit code";
  } else {
    return {};
  }
  std::string list;
  for (auto const& mistake : mistakes) list += (list.empty() ? "" : ", ") + mistake;
  if (!list.empty()) verdict.name += ": " + list;
  verdict.headline = !diagnosis.findings.empty() ? diagnosis.findings.front().title : diagnosis.headline;
  if (verdict.headline.empty()) verdict.headline = "A process ended with an exit code other than 0.";
  return verdict;
}

Exploration explore(ExploreOptions const& options, std::atomic<bool> const& stop, Progress const& progress) {
  return Explorer(options, stop, progress).search();
}

Exploration merged(std::vector<Exploration> const& parts) {
  Exploration all;
  all.complete = !parts.empty();
  for (Exploration const& part : parts) {
    if (all.target.empty()) all.target = part.target;
    all.runs += part.runs;
    all.complete = all.complete && part.complete;
    all.interrupted = all.interrupted || part.interrupted;
    all.too_long += part.too_long;
    all.actors = std::max(all.actors, part.actors);
    all.steps = std::max(all.steps, part.steps);
    all.seconds = std::max(all.seconds, part.seconds);
    for (BadEnding const& ending : part.endings) {
      auto const known = std::find_if(all.endings.begin(), all.endings.end(),
                                      [&](BadEnding const& other) { return other.name == ending.name; });
      if (known == all.endings.end()) {
        all.endings.push_back(ending);
        continue;
      }
      std::uint64_t const count = known->count + ending.count;
      std::uint64_t const first = std::min(known->first_run, ending.first_run);
      if (std::pair(ending.preemptions, ending.schedule.size()) <
          std::pair(known->preemptions, known->schedule.size())) {
        *known = ending;
      }
      known->count = count;
      known->first_run = first;
    }
  }
  std::stable_sort(all.endings.begin(), all.endings.end(),
                   [](BadEnding const& a, BadEnding const& b) { return a.first_run < b.first_run; });
  return all;
}

nlohmann::ordered_json to_json(Exploration const& found) {
  nlohmann::ordered_json endings = nlohmann::ordered_json::array();
  for (BadEnding const& ending : found.endings) {
    endings.push_back({{"name", ending.name},
                       {"headline", ending.headline},
                       {"count", ending.count},
                       {"first_run", ending.first_run},
                       {"schedule", to_text(ending.schedule)},
                       {"preemptions", ending.preemptions},
                       {"steps", ending.steps}});
  }
  return {{"target", found.target},     {"runs", found.runs},
          {"complete", found.complete}, {"interrupted", found.interrupted},
          {"too_long", found.too_long}, {"actors", found.actors},
          {"steps", found.steps},       {"seconds", found.seconds},
          {"endings", endings}};
}

Exploration exploration_of(nlohmann::ordered_json const& json) {
  Exploration found;
  json.at("target").get_to(found.target);
  json.at("runs").get_to(found.runs);
  json.at("complete").get_to(found.complete);
  json.at("interrupted").get_to(found.interrupted);
  json.at("too_long").get_to(found.too_long);
  json.at("actors").get_to(found.actors);
  json.at("steps").get_to(found.steps);
  json.at("seconds").get_to(found.seconds);
  for (auto const& entry : json.at("endings")) {
    found.endings.push_back({.name = entry.at("name"),
                             .headline = entry.at("headline"),
                             .count = entry.at("count"),
                             .first_run = entry.at("first_run"),
                             .schedule = parse_schedule(entry.at("schedule").get<std::string>()),
                             .preemptions = entry.at("preemptions"),
                             .steps = entry.at("steps")});
  }
  return found;
}

}  // namespace qs
