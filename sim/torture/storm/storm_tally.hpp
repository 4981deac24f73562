// Accounts for every item of a storm.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/torture/storm/roles.hpp"
#include "sim/torture/storm/storm.hpp"

namespace qs::storm {

/// What killed processes were doing.
struct Deaths {
  std::uint64_t producers = 0, consumers = 0;
  std::uint64_t in_get = 0;                                   ///< consumers that were inside get
  std::set<std::pair<std::uint32_t, std::uint64_t>> putting;  ///< producer and sequence: of puts that did not return
};

struct StormTally {
  std::uint64_t put = 0;        ///< put returned
  std::uint64_t half_put = 0;   ///< a put that did not return, and the item was there
  std::uint64_t got = 0;        ///< items that a consumer got
  std::uint64_t lost = 0;       ///< put, but not got
  std::uint64_t again = 0;      ///< repeated gets of an item
  std::uint64_t undone = 0;     ///< tasks that a consumer got, and died before it called task_done
  std::uint64_t half_done = 0;  ///< the same, during task_done
  std::uint64_t twice = 0, out_of_order = 0;
  std::uint64_t missing_half_put = 0;
  std::vector<std::string> broken;  ///< one sentence for each promise
};

/// Called when no process runs any more. `tasks_lost`: how many tasks join reported (at most 256).
StormTally tally(StormOptions const& options, Board const& board, std::vector<std::unique_ptr<Log>> const& logs,
                 Deaths const& deaths, std::uint64_t tasks_lost);

}  // namespace qs::storm
