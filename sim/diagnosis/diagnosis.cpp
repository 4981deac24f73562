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
                     std::vector<Finding> const& findings, std::string const& who_may_come) {
  bool const explained = !findings.empty() && !findings.front().victims.empty();
  if (!stuck.empty()) {
    auto words = are_blocked(trace, stuck) + " blocked for ever";
    if (explained) words += ": " + findings.front().title;
    return words + ".";
  }
  if (explained) return fmt::format("{} blocked: {}.", are_blocked(trace, waiting), findings.front().title);
  if (!findings.empty()) return fmt::format("Nobody is stuck, but {}.", findings.front().title);
  if (!waiting.empty()) {
    auto const words = are_blocked(trace, waiting) + " blocked, but not for certain for ever";
    return words + (who_may_come.empty() ? "." : ": " + who_may_come + ".");
  }
  return "Nobody is blocked.";
}

std::string without_full_stop(std::string words) {
  if (words.ends_with('.')) words.pop_back();
  return words;
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

struct Waiting {
  std::vector<ActorIndex> all, stuck;
  std::vector<WaitChain> chains;  ///< of those who wait for the same, one speaks for all
};

Waiting who_waits(Trace const& trace, World const& world, WaitGraph const& graph) {
  Waiting waiting;
  std::map<std::pair<Resource, std::uint16_t>, WaitChain> chains;
  std::vector<std::pair<Resource, std::uint16_t>> order;
  for (std::size_t i = 0; i < world.actors.size(); ++i) {
    auto const actor = static_cast<ActorIndex>(i);
    if (!graph.waits(actor)) continue;
    waiting.all.push_back(actor);
    bool const timed = world.actors[i].wait_timeout >= 0;
    auto const key = std::pair(world.actors[i].waits_for, world.actors[i].waits_object);
    bool const own = key.first == Resource::feeder_end;  // each waits for a feeder of its own
    auto found = own || timed ? chains.end() : chains.find(key);
    bool hopeless = false;
    if (found == chains.end()) {
      auto chain = why(trace, world, graph, actor);
      hopeless = chain.hopeless;
      if (!timed && chains.emplace(key, std::move(chain)).second) order.push_back(key);
    } else {
      hopeless = found->second.hopeless;
    }
    if (hopeless && !timed) waiting.stuck.push_back(actor);
  }
  for (auto const& key : order) waiting.chains.push_back(std::move(chains.at(key)));
  keep_the_longest(waiting.chains);
  return waiting;
}

// Threads that might still end a wait that no known actor can end.
std::string who_may_come(Trace const& trace, World const& world, WaitGraph const& graph) {
  for (std::size_t i = 0; i < world.actors.size(); ++i) {
    auto const actor = static_cast<ActorIndex>(i);
    if (!graph.is_process(actor) || graph.foreign_thread(actor) == nullptr) continue;
    auto const threads = world.actors[i].foreign_threads;
    return fmt::format("{} has {} not used a queue yet ({})", trace.name(actor),
                       threads == 1 ? "a thread that has" : fmt::format("{} threads that have", threads),
                       trace.text(world.actors[i].foreign));
  }
  for (std::size_t i = 0; i < world.actors.size(); ++i) {
    auto const* seen = graph.outside(static_cast<ActorIndex>(i));
    if (seen == nullptr) continue;
    return fmt::format("{} {}", trace.name(static_cast<ActorIndex>(i)),
                       outside_words(trace, *seen, trace.text(world.actors[i].outside)));
  }
  return "";
}

}  // namespace

Diagnosis diagnose(Trace const& trace, World const& world) {
  WaitGraph const graph(trace, world);
  Waiting waiting = who_waits(trace, world, graph);
  // Those who are stuck unless a thread comes that has not used a queue so far.
  WaitGraph const known_only(trace, world, ForeignThreads::ignored);
  auto const stuck_so_far = who_waits(trace, world, known_only).stuck;
  bool const certain = stuck_so_far == waiting.stuck;

  Diagnosis diagnosis;
  diagnosis.stuck = !waiting.stuck.empty();
  diagnosis.chains = std::move(waiting.chains);
  diagnosis.findings =
      Recogniser(trace, world, stuck_so_far, certain ? Certainty::certain : Certainty::unless_somebody_comes).run();
  if (diagnosis.stuck && (diagnosis.findings.empty() || diagnosis.findings.front().victims.empty())) {
    auto const speaker = std::find_if(diagnosis.chains.begin(), diagnosis.chains.end(),
                                      [](WaitChain const& chain) { return chain.hopeless; });
    if (speaker != diagnosis.chains.end()) {
      Finding chain;
      chain.title = without_full_stop(speaker->conclusion);
      for (auto const& link : speaker->links) chain.cause += (chain.cause.empty() ? "" : " ") + link.sentence;
      chain.remedy = fmt::format("Look at {}: it is where the chain of waiting ends.", trace.name(speaker->root));
      chain.victims = waiting.stuck;
      diagnosis.findings.insert(diagnosis.findings.begin(), std::move(chain));
    }
  }
  diagnosis.headline =
      headline(trace, waiting.all, waiting.stuck, diagnosis.findings, who_may_come(trace, world, graph));
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
    case BugPattern::abnormal_death: return "abnormal-death";
    case BugPattern::exit_without_flush: return "exit-without-flush";
    case BugPattern::exited_with_work: return "exited-with-work";
    case BugPattern::circle_of_puts: return "circle-of-puts";
    case BugPattern::circle_of_waits: return "circle-of-waits";
    case BugPattern::reply_taken: return "reply-taken";
    case BugPattern::request_unanswered: return "request-unanswered";
    case BugPattern::consumers_gone: return "consumers-gone";
    case BugPattern::two_queues_of_one_name: return "two-queues-of-one-name";
    case BugPattern::own_queue: return "own-queue";
    case BugPattern::stopped_process: return "stopped-process";
    case BugPattern::outside_library: return "outside-library";
    case BugPattern::polling: return "polling";
    case BugPattern::backlog: return "backlog";
    case BugPattern::killed_sleeper: return "killed-sleeper";
    case BugPattern::pipe_end_kept_open: return "pipe-end-kept-open";
    case BugPattern::pool_terminated: return "pool-terminated";
    case BugPattern::thread_failed: return "thread-failed";
    case BugPattern::workers_die_at_once: return "workers-die-at-once";
    case BugPattern::private_copy: return "private-copy";
    case BugPattern::put_within_put: return "put-within-put";
    case BugPattern::lock_taken_twice: return "lock-taken-twice";
    case BugPattern::permits_kept: return "permits-kept";
    case BugPattern::barrier_incomplete: return "barrier-incomplete";
    case BugPattern::semaphores_left: return "semaphores-left";
    case BugPattern::memory_vanished: return "memory-vanished";
    case BugPattern::chain_of_waiting: break;
  }
  return "chain-of-waiting";
}

}  // namespace qs
