// Schedulers that need no user: random, fair, and either of them in slow motion.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "sim/control/scheduler.hpp"

namespace qs {

/// Chooses any enabled actor with the same chance; time passes only when no actor is enabled. The same seed makes the
/// same choices on any machine.
class RandomRun final : public Scheduler {
 public:
  explicit RandomRun(std::uint64_t seed) : random_(seed) {}
  std::optional<Choice> choose(SchedulerContext const&) override;

 private:
  std::mt19937_64 random_;
};

/// Chooses the actor that has waited longest for its turn; time passes only when no actor is enabled.
class FairRun final : public Scheduler {
 public:
  std::optional<Choice> choose(SchedulerContext const&) override;

 private:
  std::vector<std::size_t> last_;  ///< by actor: the step after which it last went; 0: never
};

/// Makes another scheduler's choices at a fixed pace.
class PacedRun final : public Scheduler {
 public:
  PacedRun(std::shared_ptr<Scheduler> inner, std::chrono::milliseconds pace)
      : inner_(std::move(inner)), pace_(pace), next_(Clock::now()) {}
  std::optional<Choice> choose(SchedulerContext const&) override;
  bool wants_end() override { return inner_->wants_end(); }
  std::optional<std::chrono::milliseconds> stall() override;

 private:
  using Clock = std::chrono::steady_clock;

  std::shared_ptr<Scheduler> inner_;
  std::chrono::milliseconds pace_;
  Clock::time_point next_;
};

}  // namespace qs
