// Recorded runs can be reproduced: random schedules of all scenarios, each replayed many times by ForkedRuns. The
// enabled choices at each step and all events are compared with the recording.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "sim/control/basic_schedulers.hpp"
#include "sim/control/scheduler.hpp"
#include "sim/explore/forked_runs.hpp"
#include "sim/process/process_tree.hpp"
#include "tests/sim/support/recorded.hpp"

using namespace tests;

namespace {

std::uint64_t from_environment(char const* name, std::uint64_t usual) {
  char const* const wanted = std::getenv(name);
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : usual;
}

/// Follows a recording and keeps the first difference.
class ReplayCheck {
 public:
  explicit ReplayCheck(qs::Trace const& recorded) : recorded_(recorded) {}

  qs::Choice pick(qs::DecisionPoint const& point) {
    if (difference_.empty() && point.step >= recorded_.decisions.size()) difference_ = "the replay is longer";
    if (!difference_.empty()) return point.enabled.front();
    qs::Decision const& decision = recorded_.decisions[point.step];
    auto enabled = decision.enabled;  // ForkedRuns offers time only where no actor can go
    if (enabled.size() > 1 && enabled.back().what == qs::Choice::What::time) enabled.pop_back();
    if (enabled != point.enabled) {
      qs::ActorNames names;
      names.update(recorded_.actors);
      difference_ = "step " + std::to_string(point.step + 1) + ": " + words(names, point.enabled) +
                    " can go on and not " + words(names, enabled);
    }
    return difference_.empty() ? decision.choice : point.enabled.front();
  }
  std::string difference(qs::ForkedRunEnd const& end) const {
    std::string const events = qs::first_difference(recorded_, end.trace);
    if (!difference_.empty()) return difference_ + "; " + events;
    return end.choices.size() == recorded_.decisions.size() ? events : "the replay ends earlier; " + events;
  }

 private:
  qs::Trace const& recorded_;
  std::string difference_;
};

/// Replays random schedules of every `parts`-th scenario, beginning with number `part`. For the full proof:
/// QUEUESCOPE_SCHEDULES=1000 QUEUESCOPE_REPLAYS=1000
void replay_all(std::size_t part, std::size_t parts) {
  auto const& all = qs::scenarios::all();
  std::uint64_t const schedules = from_environment("QUEUESCOPE_SCHEDULES", all.size());
  std::uint64_t const replays = from_environment("QUEUESCOPE_REPLAYS", 5);
  std::uint64_t done = 0, different = 0;
  for (std::size_t at = part; at < all.size(); at += parts) {
    std::string const& scenario = all[at].name;
    CAPTURE(scenario);
    std::map<std::string, std::string> settings;
    if (scenario == "crowd") settings["processes"] = "8";
    qs::RunOptions options = qs::scenario_run(all[at], settings);
    options.command.front() = QUEUESCOPE_SCENARIO;
    options.supervisor = QUEUESCOPE_CLI;
    options.deadline.reset();
    qs::ForkedRuns forked(options, static_cast<int>(part % std::max(1u, std::thread::hardware_concurrency())));
    for (std::uint64_t seed = at; seed < schedules; seed += all.size()) {
      CAPTURE(seed);
      options.scheduler = std::make_shared<qs::RandomRun>(seed);
      qs::Trace const recorded = Recorded(options).trace;
      for (std::uint64_t replay = 0; replay < replays; ++replay, ++done) {
        ReplayCheck check(recorded);
        auto const end = forked.run([&](qs::DecisionPoint const& point) { return check.pick(point); }, 100'000);
        std::string const difference = check.difference(end);
        CHECK_MESSAGE(difference == "", "replay " << replay << ": " << difference);
        if (!difference.empty()) ++different;
      }
    }
  }
  MESSAGE(done << " replays, " << different << " of them different");
}

}  // namespace

TEST_CASE("random schedules of all scenarios replay as the same run: first half") { replay_all(0, 2); }
TEST_CASE("random schedules of all scenarios replay as the same run: second half") { replay_all(1, 2); }
