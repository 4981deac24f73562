// The kill matrix: a program's usual run, and then once more for each process and each step, with that process killed
// before that step. Each of these runs is held against the promise.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sim/control/schedule.hpp"
#include "sim/run/run.hpp"

namespace qs {

struct BrokenPromise {
  std::string what;  ///< one sentence
  std::uint64_t count = 0;
  Schedule schedule;  ///< the first that made it
};

/// Of one program.
struct KillMatrix {
  std::string skipped;  ///< why nothing was tried, as words; empty: it was
  std::size_t steps = 0;
  std::uint64_t kills = 0;
  std::uint64_t finished = 0, waits = 0, goes_on = 0;
  std::uint64_t lost = 0;
  std::map<std::string, std::uint64_t> reasons;  ///< for each item that was lost, why that is allowed
  std::uint64_t broken = 0;                      ///< runs in which a promise was
  std::vector<BrokenPromise> promises;           ///< that were, each kind once
};

struct MatrixOptions {
  RunOptions run;
  std::uint64_t most_kills = 0;  ///< spread evenly over all that there are; 0: all
  std::optional<int> processor;  ///< all runs are pinned to it: one goes at a time, and the way to the next is short
};

/// `progress` is called after each run. `stop` ends it in order. Throws ExploreError, SessionError.
KillMatrix kill_matrix(MatrixOptions const& options, std::atomic<bool> const& stop,
                       std::function<void(KillMatrix const&)> const& progress);

nlohmann::ordered_json to_json(KillMatrix const&);

}  // namespace qs
