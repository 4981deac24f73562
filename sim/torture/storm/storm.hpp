// The kill storm: real processes put and get on one hardened queue as fast as they can, are killed at random moments
// and replaced, and in the end every item is accounted for. `queuescope torture storm` runs it, in the executable of
// the scenarios, whose forks are cheap; it is not recorded.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace qs::storm {

struct StormOptions {
  std::uint64_t items = 1'000'000;  ///< at least; it goes on until both are reached
  std::uint64_t kills = 10'000;
  std::uint32_t producers = 4, consumers = 4;
  int maxsize = 0;
  std::uint64_t seed = 1;
  bool joinable = false;
  bool redeliver = false;  ///< of a joinable queue
};

/// "items=1000 kills=10 ...", as the command line hands them on. Throws std::invalid_argument.
StormOptions storm_options(std::map<std::string, std::string> const& settings);

/// Returns the exit code: 0 the guarantee held, 1 it was broken, 130 interrupted. No process is left when it returns.
int run_storm(StormOptions const& options);

}  // namespace qs::storm
