// Search strategies: how the schedule of each run is chosen.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "sim/explore/forked_runs.hpp"

namespace qs {

/// The same choices enabled other actors than in an earlier run.
struct NotRepeatable {
  std::size_t step = 0;
  std::vector<Choice> then, now;  ///< empty: the run has ended there
};

/// A part of a search: all runs, or for dfs all subtrees, whose number is `index` modulo `count`.
struct Shard {
  std::uint64_t index = 0;
  std::uint64_t count = 1;
};

class Strategy {
 public:
  virtual ~Strategy() = default;
  /// Called before run number `run`, counted from 0 over all shards.
  virtual void begin(std::uint64_t run) = 0;
  virtual Choice pick(DecisionPoint const&) = 0;
  virtual void end() {}
  /// Whether all schedules have been tried.
  virtual bool exhausted() const { return false; }
};

/// Counts the preemptions of a run: switches away from an actor that was still enabled.
bool is_preemption(DecisionPoint const& fork, Choice choice);

/// Kills of any process at random steps, one at each. The steps are drawn in advance; drawn at each step, most kills
/// would come within the first few.
class RandomKills {
 public:
  /// `steps`: of a usual run.
  RandomKills(int kills, std::size_t steps) : kills_(kills), steps_(steps) {}
  void begin(std::mt19937_64&);
  std::optional<Choice> pick(DecisionPoint const&, std::mt19937_64&) const;

 private:
  int kills_;
  std::size_t steps_;
  std::set<std::size_t> at_;
};

/// Any enabled actor with the same chance. Run r of seed s is the same on every machine.
class RandomWalk final : public Strategy {
 public:
  explicit RandomWalk(std::uint64_t seed, RandomKills kills = {0, 1}) : seed_(seed), kills_(std::move(kills)) {}
  void begin(std::uint64_t run) override;
  Choice pick(DecisionPoint const&) override;

 private:
  std::uint64_t seed_;
  RandomKills kills_;
  std::mt19937_64 random_;
};

/// Probabilistic concurrency testing: actors have random priorities and the highest enabled one goes; at d-1
/// random steps the priority of whoever is about to go drops below all others. A bug of depth d in a program of n
/// actors and k steps is found with a chance of at least 1/(n*k^(d-1)) in each run.
/// Source: Burckhardt, Kothari, Musuvathi, Nagarakatte, "A Randomized Scheduler with Probabilistic Guarantees
/// of Finding Bugs", ASPLOS 2010.
class PriorityChanges final : public Strategy {
 public:
  /// `steps`: k; runs may be longer or shorter.
  PriorityChanges(std::uint64_t seed, int depth, std::size_t steps, RandomKills kills = {0, 1})
      : seed_(seed), depth_(depth), steps_(steps), kills_(std::move(kills)) {}
  void begin(std::uint64_t run) override;
  Choice pick(DecisionPoint const&) override;

 private:
  double priority(Choice);

  std::uint64_t seed_;
  int depth_;
  std::size_t steps_;
  RandomKills kills_;
  std::mt19937_64 random_;
  std::map<ActorIndex, double> priorities_;  ///< initial ones between 1 and 2
  std::map<std::size_t, double> changes_;    ///< at which step to which priority, all below 1
};

/// All schedules with at most `preemptions` preemptions, each once, depth first. A kill is not a preemption.
/// Source: Musuvathi and Qadeer, "Iterative Context Bounding for Systematic Testing of Multithreaded
/// Programs", PLDI 2007 (CHESS).
class DepthFirst final : public Strategy {
 public:
  DepthFirst(int preemptions, Shard shard) : preemptions_(preemptions), shard_(shard) {}
  void begin(std::uint64_t run) override;
  Choice pick(DecisionPoint const&) override;  ///< throws NotRepeatable
  void end() override;                         ///< throws NotRepeatable
  bool exhausted() const override { return exhausted_; }

 private:
  struct Node {
    std::vector<Choice> enabled;
    std::vector<Choice> choices;  ///< the same, but a choice that is not a preemption comes first
    std::vector<int> costs;
    std::size_t taken = 0;
    int spent = 0;  ///< preemptions before it
  };
  bool advance(Node&) const;

  int preemptions_;
  Shard shard_;
  std::vector<Node> path_;
  std::size_t depth_ = 0;
  bool exhausted_ = false;
};

/// default_choice() except at the given steps; a deviation that is not possible is skipped.
class Deviating final : public Strategy {
 public:
  explicit Deviating(std::map<std::size_t, Choice> deviations) : deviations_(std::move(deviations)) {}
  void begin(std::uint64_t) override {}
  Choice pick(DecisionPoint const&) override;

 private:
  std::map<std::size_t, Choice> deviations_;
};

}  // namespace qs
