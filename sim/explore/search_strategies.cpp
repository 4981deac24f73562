#include "sim/explore/search_strategies.hpp"

#include <algorithm>

#include "sim/control/scheduler.hpp"

namespace qs {

namespace {

bool contains(std::vector<Choice> const& choices, Choice choice) {
  return std::find(choices.begin(), choices.end(), choice) != choices.end();
}

}  // namespace

bool is_preemption(DecisionPoint const& fork, Choice choice) {
  return choice.what != Choice::What::kill && fork.last && choice != *fork.last && contains(fork.enabled, *fork.last);
}

void RandomKills::begin(std::mt19937_64& random) {
  at_.clear();
  std::size_t const steps = std::max<std::size_t>(steps_, 1);
  auto const wanted = std::min<std::size_t>(static_cast<std::size_t>(kills_), steps);
  while (at_.size() < wanted) at_.insert(random() % steps);
}

std::optional<Choice> RandomKills::pick(DecisionPoint const& fork, std::mt19937_64& random) const {
  if (fork.kills.empty() || !at_.contains(fork.step)) return {};
  return fork.kills[random() % fork.kills.size()];
}

void RandomWalk::begin(std::uint64_t run) {
  random_.seed(seed_ + run);
  kills_.begin(random_);
}

Choice RandomWalk::pick(DecisionPoint const& fork) {
  if (auto const kill = kills_.pick(fork, random_)) return *kill;
  // Not a std distribution, whose results differ between standard libraries.
  return fork.enabled[random_() % fork.enabled.size()];
}

void PriorityChanges::begin(std::uint64_t run) {
  random_.seed(seed_ + run);
  kills_.begin(random_);
  priorities_.clear();
  changes_.clear();
  for (int change = 1; change < depth_; ++change) {
    changes_[random_() % std::max<std::size_t>(steps_, 1)] = static_cast<double>(depth_ - change) / depth_;
  }
}

double PriorityChanges::priority(Choice choice) {
  if (choice.what == Choice::What::time) return -1;
  auto const [found, is_new] = priorities_.try_emplace(choice.actor, 0);
  if (is_new) found->second = 1 + static_cast<double>(random_() >> 11) * 0x1p-53;
  return found->second;
}

Choice PriorityChanges::pick(DecisionPoint const& fork) {
  if (auto const kill = kills_.pick(fork, random_)) return *kill;
  for (Choice const choice : fork.enabled) priority(choice);  // in the order of actors, so that a run is repeatable
  auto const highest = [&] {
    return *std::max_element(fork.enabled.begin(), fork.enabled.end(),
                             [&](Choice a, Choice b) { return priority(a) < priority(b); });
  };
  Choice const first = highest();
  auto const change = changes_.find(fork.step);
  if (change == changes_.end() || first.what == Choice::What::time) return first;
  priorities_[first.actor] = change->second;
  return highest();
}

void DepthFirst::begin(std::uint64_t) { depth_ = 0; }

Choice DepthFirst::pick(DecisionPoint const& fork) {
  if (depth_ == path_.size()) {
    Node node;
    node.enabled = fork.enabled;
    if (!path_.empty()) {
      Node const& before = path_.back();
      node.spent = before.spent + before.costs[before.taken];
    }
    Choice const usual = default_choice(fork.enabled, fork.last).value_or(fork.enabled.front());
    node.choices.push_back(usual);
    node.costs.push_back(0);
    for (Choice const choice : fork.enabled) {
      if (choice == usual) continue;
      node.choices.push_back(choice);
      node.costs.push_back(is_preemption(fork, choice) ? 1 : 0);
    }
    for (Choice const kill : fork.kills) {
      node.choices.push_back(kill);
      node.costs.push_back(0);
    }
    path_.push_back(std::move(node));
  }
  Node const& node = path_[depth_++];
  if (node.enabled != fork.enabled) throw NotRepeatable{fork.step, node.enabled, fork.enabled};
  return node.choices[node.taken];
}

bool DepthFirst::advance(Node& node) const {
  while (++node.taken < node.choices.size()) {
    if (node.spent + node.costs[node.taken] <= preemptions_) return true;
  }
  return false;
}

void DepthFirst::end() {
  if (depth_ < path_.size()) throw NotRepeatable{depth_, path_[depth_].enabled, {}};
  while (!path_.empty()) {
    // The first deviation from the default choices decides which shard a schedule belongs to.
    bool const usual_before =
        std::all_of(path_.begin(), path_.end() - 1, [](Node const& node) { return node.taken == 0; });
    bool const mine = !usual_before || (path_.size() - 1) % shard_.count == shard_.index;
    if (mine && advance(path_.back())) return;
    path_.pop_back();
  }
  exhausted_ = true;
}

Choice Deviating::pick(DecisionPoint const& fork) {
  auto const deviation = deviations_.find(fork.step);
  bool const possible = deviation != deviations_.end() &&
                        (contains(fork.enabled, deviation->second) || contains(fork.kills, deviation->second));
  if (possible) return deviation->second;
  return default_choice(fork.enabled, fork.last).value_or(fork.enabled.front());
}

}  // namespace qs
