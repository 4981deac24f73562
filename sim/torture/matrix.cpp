#include "sim/torture/matrix.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/control/scheduler.hpp"
#include "sim/explore/forked_runs.hpp"
#include "sim/torture/invariants.hpp"

namespace qs {

namespace {

struct Kill {
  std::size_t step;
  ActorIndex process;
};

class Matrix {
 public:
  Matrix(MatrixOptions const& options, std::atomic<bool> const& stop,
         std::function<void(KillMatrix const&)> const& progress)
      : stop_(stop), progress_(progress), most_kills_(options.most_kills), arena_(options.run, options.processor) {}

  KillMatrix fill() {
    auto kills = usual();
    if (!found_.skipped.empty()) return found_;
    std::size_t const every = most_kills_ == 0 ? 1 : (kills.size() + most_kills_ - 1) / most_kills_;
    for (std::size_t index = 0; index < kills.size() && !stop_; index += every) {
      try_one(kills[index]);
      progress_(found_);
    }
    return found_;
  }

 private:
  /// The run without a kill, which shows whom to kill and when.
  std::vector<Kill> usual() {
    constexpr std::size_t most_steps = 20'000;
    std::vector<Kill> kills;
    ForkedRunEnd const end = arena_.run(
        [&](DecisionPoint const& fork) {
          for (Choice const kill : fork.kills) kills.push_back({fork.step, kill.actor});
          return *default_choice(fork.enabled, fork.last);
        },
        most_steps, 1);
    found_.steps = end.choices.size();
    if (end.how == ForkedRunEnd::How::deadlock) found_.skipped = "ends in a deadlock without a kill";
    if (end.how == ForkedRunEnd::How::too_long || end.how == ForkedRunEnd::How::stalled) found_.skipped = "never ends";
    usual_ends_ = usual_ends(end);
    if (found_.skipped.empty()) note(check_guarantees(end, usual_ends_), end, 0);
    return kills;
  }

  void try_one(Kill const& kill) {
    ForkedRunEnd const end = arena_.run(
        [&](DecisionPoint const& fork) {
          if (fork.step == kill.step) return Choice{Choice::What::kill, kill.process};
          return *default_choice(fork.enabled, fork.last);
        },
        10 * found_.steps + 1000, 1);
    Excused excused = usual_ends_;
    excused.dead.insert(end.trace.name(kill.process));
    InvariantVerdict const verdict = check_guarantees(end, excused);
    ++found_.kills;
    found_.finished += verdict.ending == InvariantVerdict::Ending::finished;
    found_.waits += verdict.ending == InvariantVerdict::Ending::waits;
    found_.goes_on += verdict.ending == InvariantVerdict::Ending::goes_on;
    found_.lost += verdict.lost.size();
    for (auto const& reason : verdict.lost) ++found_.reasons[reason];
    note(verdict, end, kill.step + 1);
  }

  void note(InvariantVerdict const& verdict, ForkedRunEnd const& end, std::size_t steps) {
    found_.broken += !verdict.broken.empty();
    for (auto const& what : verdict.broken) {
      auto known = std::find_if(found_.promises.begin(), found_.promises.end(),
                                [&](BrokenGuarantee const& promise) { return promise.what == what; });
      if (known == found_.promises.end()) {
        ActorNames names;
        names.update(end.trace.actors);
        found_.promises.push_back({.what = what, .count = 0, .schedule = {}});
        known = found_.promises.end() - 1;
        for (std::size_t step = 0; step < steps; ++step) known->schedule.push_back(names.named(end.choices[step]));
      }
      ++known->count;
    }
  }

  std::atomic<bool> const& stop_;
  std::function<void(KillMatrix const&)> const& progress_;
  std::uint64_t most_kills_;
  ForkedRuns arena_;
  Excused usual_ends_;
  KillMatrix found_;
};

}  // namespace

KillMatrix kill_matrix(MatrixOptions const& options, std::atomic<bool> const& stop,
                       std::function<void(KillMatrix const&)> const& progress) {
  return Matrix(options, stop, progress).fill();
}

nlohmann::ordered_json to_json(KillMatrix const& found) {
  if (!found.skipped.empty()) return {{"skipped", found.skipped}};
  nlohmann::ordered_json promises = nlohmann::ordered_json::array();
  for (BrokenGuarantee const& promise : found.promises) {
    promises.push_back({{"what", promise.what}, {"count", promise.count}, {"schedule", to_text(promise.schedule)}});
  }
  return {{"steps", found.steps},     {"kills", found.kills},     {"finished", found.finished},
          {"waits", found.waits},     {"goes_on", found.goes_on}, {"lost", found.lost},
          {"reasons", found.reasons}, {"broken", found.broken},   {"violations", promises}};
}

}  // namespace qs
