// The search for schedules under which a program ends badly.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/control/schedule.hpp"
#include "sim/explore/search_strategies.hpp"
#include "sim/run/run.hpp"

namespace qs {

enum class Search : std::uint8_t { random, pct, dfs };

/// The verdict on the end of one run.
struct EndVerdict {
  std::string name;      ///< empty: it ended well; otherwise what makes this ending distinct
  std::string headline;  ///< one sentence
};
/// Deadlocks, mistakes that diagnose() knows, and exit codes other than 0.
EndVerdict judge(ForkedRunEnd const&);

struct ExploreOptions {
  RunOptions run;
  Search search = Search::random;
  std::uint64_t runs = 1000;  ///< over all shards; dfs ends earlier when it has seen all
  std::uint64_t seed = 1;
  int depth = 3;            ///< of pct
  int preemptions = 2;      ///< of dfs
  int kills = 0;            ///< the largest number of kills in a run
  bool first_only = false;  ///< stop at the first bad ending
  Shard shard;
  std::size_t most_steps = 20'000;  ///< of one run
  std::optional<int> processor;
  std::function<void()> before_run = [] {};  ///< called while the program is parked at its first use of the library
  std::function<EndVerdict(ForkedRunEnd const&)> judge = qs::judge;
};

/// A way in which the program ends badly, and the shortest schedule found that leads to it.
struct BadEnding {
  std::string name = {};      ///< "deadlock: join-before-drain": identifies it
  std::string headline = {};  ///< one sentence
  std::uint64_t count = 0;
  std::uint64_t first_run = 0;
  Schedule schedule = {};  ///< up to its last choice that is not the default one
  int preemptions = 0;
  std::size_t steps = 0;  ///< of the whole run
};

struct Exploration {
  std::string target;  ///< what was explored, as on the command line
  std::uint64_t runs = 0;
  bool complete = false;  ///< dfs: all schedules within the bound have been seen
  bool interrupted = false;
  std::uint64_t too_long = 0;  ///< runs cut off after most_steps
  std::size_t actors = 0;      ///< n: at most in a run
  std::size_t steps = 0;       ///< k: at most in a run
  double seconds = 0;
  std::vector<BadEnding> endings;  ///< in the order in which they were found
};

using Progress = std::function<void(Exploration const&)>;

/// `progress` is called now and then. `stop` ends the search. Throws ExploreError and SessionError.
Exploration explore(ExploreOptions const& options, std::atomic<bool> const& stop, Progress const& progress);

/// Merges the endings of several shards, with the shortest schedule of each.
Exploration merged(std::vector<Exploration> const& parts);

nlohmann::ordered_json to_json(Exploration const&);
/// Throws nlohmann::json::exception and ScheduleError.
Exploration exploration_of(nlohmann::ordered_json const&);

}  // namespace qs
