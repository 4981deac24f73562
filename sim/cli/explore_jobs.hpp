// The arguments of `explore`, and how the search is spread over several jobs.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "sim/cli/target.hpp"
#include "sim/explore/explore.hpp"

namespace qs::cli {

struct ExploreArguments {
  TargetArguments target;
  std::vector<std::string> merge;
  std::string strategy = "random";
  std::uint64_t runs = 1000;
  std::uint64_t seed = 1;
  int preemptions = 2;
  int depth = 3;
  int kills = 0;
  unsigned jobs = std::max(1u, std::thread::hardware_concurrency());
  std::string shard = "0/1";
  std::string output;
  bool first = false;
  bool json = false;
  bool worker = false;  ///< this process is one of several jobs: its parent reads its output
};

/// "0/4". Throws UsageError.
Shard shard_of(std::string const& text);

/// A progress line that is updated in place; only on a terminal.
class ProgressLine {
 public:
  explicit ProgressLine(bool wanted) : shown_(wanted && isatty(STDERR_FILENO) != 0) {}
  ~ProgressLine();
  ProgressLine(ProgressLine const&) = delete;
  ProgressLine& operator=(ProgressLine const&) = delete;
  void show(Exploration const& found, ExploreArguments const& options) const;

 private:
  bool shown_;
};

/// Each job is a queuescope process with a shard of the search. Throws ExploreError.
Exploration explore_with_jobs(ExploreArguments const& options, std::atomic<bool> const& stop);

}  // namespace qs::cli
