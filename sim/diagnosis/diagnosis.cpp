#include "sim/diagnosis/diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "sim/diagnosis/recogniser.hpp"
#include "sim/diagnosis/wait_graph.hpp"
#include "sim/text/words.hpp"

namespace qs {

namespace {

std::string are_blocked(Trace const& trace, std::vector<ActorIndex> const& actors) {
  std::vector<std::string> names;
  for (ActorIndex actor : actors) names.push_back(trace.name(actor));
  return listing(names, 4) + (actors.size() == 1 ? " is" : " are");
}

std::string headline(Trace const& trace, std::vector<ActorIndex> const& waiting, std::vector<ActorIndex> const& stuck,
                     std::vector<Finding> const& findings) {
  if (!stuck.empty()) {
    auto words = are_blocked(trace, stuck) + " blocked for ever";
    if (!findings.empty() && !findings.front().victims.empty()) words += ": " + findings.front().title;
    return words + ".";
  }
  if (!findings.empty()) return fmt::format("Nobody is stuck, but {}.", findings.front().title);
  if (!waiting.empty()) return are_blocked(trace, waiting) + " blocked, but not for certain for ever.";
  return "Nobody is blocked.";
}

std::vector<ActorIndex> members(WaitChain const& chain) {
  std::vector<ActorIndex> actors;
  for (auto const& link : chain.links) actors.push_back(link.actor);
  std::sort(actors.begin(), actors.end());
  return actors;
}

// A chain that is a part of another, or the same circle told from another beginning, says nothing new.
void keep_the_longest(std::vector<WaitChain>& chains) {
  constexpr std::size_t most_compared = 256;
  if (chains.size() > most_compared) return;
  std::vector<std::vector<ActorIndex>> actors;
  for (auto const& chain : chains) actors.push_back(members(chain));
  auto const told_by_another = [&](std::size_t i) {
    for (std::size_t j = 0; j < actors.size(); ++j) {
      bool const covers =
          j != i && std::includes(actors[j].begin(), actors[j].end(), actors[i].begin(), actors[i].end());
      if (covers && (actors[j].size() > actors[i].size() || j < i)) return true;
    }
    return false;
  };
  std::vector<WaitChain> kept;
  for (std::size_t i = 0; i < chains.size(); ++i) {
    if (!told_by_another(i)) kept.push_back(chains[i]);
  }
  chains = std::move(kept);
}

}  // namespace

Diagnosis diagnose(Trace const& trace, World const& world) {
  WaitGraph const graph(trace, world);
  std::vector<ActorIndex> waiting, stuck;
  std::map<std::pair<Resource, std::uint16_t>, WaitChain> chains;  // of those who wait for the same, one speaks for all
  std::vector<std::pair<Resource, std::uint16_t>> order;
  for (std::size_t i = 0; i < world.actors.size(); ++i) {
    auto const actor = static_cast<ActorIndex>(i);
    if (!graph.waits(actor)) continue;
    waiting.push_back(actor);
    bool const timed = world.actors[i].wait_timeout >= 0;
    auto const key = std::pair(world.actors[i].waits_for, world.actors[i].waits_object);
    bool const own = key.first == Resource::feeder_end;  // each waits for a feeder of its own
    auto found = own || timed ? chains.end() : chains.find(key);
    bool hopeless = false;
    if (found == chains.end()) {
      auto chain = why(trace, world, actor);
      hopeless = chain.hopeless;
      if (!timed && chains.emplace(key, std::move(chain)).second) order.push_back(key);
    } else {
      hopeless = found->second.hopeless;
    }
    if (hopeless && !timed) stuck.push_back(actor);
  }

  Diagnosis diagnosis;
  diagnosis.stuck = !stuck.empty();
  for (auto const& key : order) diagnosis.chains.push_back(std::move(chains.at(key)));
  keep_the_longest(diagnosis.chains);
  diagnosis.findings = Recogniser(trace, world, stuck).run();
  if (diagnosis.stuck && (diagnosis.findings.empty() || diagnosis.findings.front().victims.empty())) {
    auto const speaker = std::find_if(diagnosis.chains.begin(), diagnosis.chains.end(),
                                      [](WaitChain const& chain) { return chain.hopeless; });
    Finding unknown;
    unknown.title = "the waiting has no known shape";
    unknown.cause = speaker == diagnosis.chains.end() ? "" : speaker->conclusion;
    unknown.remedy = "Follow the chain below: it ends at the one who would have to act.";
    unknown.victims = stuck;
    diagnosis.findings.insert(diagnosis.findings.begin(), std::move(unknown));
  }
  diagnosis.headline = headline(trace, waiting, stuck, diagnosis.findings);
  return diagnosis;
}

std::string_view name(BugPattern mistake) {
  switch (mistake) {
    case BugPattern::join_before_drain: return "join-before-drain";
    case BugPattern::nothing_to_get: return "nothing-to-get";
    case BugPattern::killed_reader: return "killed-reader";
    case BugPattern::killed_writer: return "killed-writer";
    case BugPattern::killed_feeder: return "killed-feeder";
    case BugPattern::killed_joiner: return "killed-joiner";
    case BugPattern::killed_worker: return "killed-worker";
    case BugPattern::killed_holder: return "killed-holder";
    case BugPattern::task_done_forgotten: return "task-done-forgotten";
    case BugPattern::unserialisable_item: return "unserialisable-item";
    case BugPattern::queue_full_for_ever: return "queue-full-for-ever";
    case BugPattern::items_lost_at_exit: return "items-lost-at-exit";
    case BugPattern::tasks_lost: return "tasks-lost";
    case BugPattern::opposite_order: return "opposite-order";
    case BugPattern::check_then_act: return "check-then-act";
    case BugPattern::lost_wake_up: return "lost-wake-up";
    case BugPattern::expectation_failed: return "expectation-failed";
    case BugPattern::uncaught_exception: return "uncaught-exception";
    case BugPattern::sentinel_overtaken: return "sentinel-overtaken";
    case BugPattern::items_left_in_queue: return "items-left-in-queue";
    case BugPattern::unknown: return "unknown";
  }
  return "unknown";
}

}  // namespace qs
