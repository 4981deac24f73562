// The kill matrix: runs a program once without a kill, then once for each process and step, with that process killed
// before that step, and checks each run against the guarantees.
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

struct BrokenGuarantee {
  std::string what;  ///< one sentence
  std::uint64_t count = 0;
  Schedule schedule;  ///< the first that made it
};

/// Of one program.
struct KillMatrix {
  std::string skipped;  ///< why the program was skipped; empty if it was not
  std::size_t steps = 0;
  std::uint64_t kills = 0;
  std::uint64_t finished = 0, waits = 0, goes_on = 0;
  std::uint64_t lost = 0;
  std::map<std::string, std::uint64_t> reasons;  ///< why the loss of an item is allowed -> how many items
  std::uint64_t broken = 0;                      ///< runs in which a guarantee was broken
  std::vector<BrokenGuarantee> promises;         ///< the broken ones, each kind once
};

struct MatrixOptions {
  RunOptions run;
  std::uint64_t most_kills = 0;  ///< spread evenly over all possible ones; 0: all
  std::optional<int> processor;  ///< all runs are pinned to it, which makes switching between the actors fast
};

/// `progress` is called after each run. `stop` ends the search. Throws ExploreError and SessionError.
KillMatrix kill_matrix(MatrixOptions const& options, std::atomic<bool> const& stop,
                       std::function<void(KillMatrix const&)> const& progress);

nlohmann::ordered_json to_json(KillMatrix const&);

}  // namespace qs
