// The result of a run in a few facts, to be compared with those of another run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace qs {

struct Summary {
  std::string ending;  ///< "finished", "deadlock: no one can take a step", "failed with exit code 1"
  std::uint64_t events = 0;
  std::uint64_t duration = 0;        ///< ns
  std::vector<std::string> blocked;  ///< "main in get: waits for the read lock of jobs", ...; daemons too
  std::vector<std::string> causes;   ///< what the diagnosis has found, a line each
  std::uint64_t puts = 0, gets = 0;  ///< items and sentinels
  std::uint64_t left = 0;            ///< put, but never got
  std::uint64_t lost = 0;            ///< dropped, or died with their consumer
  std::uint64_t repairs =
      0;  ///< locks taken over from dead processes, and tasks of theirs that were lost or redelivered
};

Summary summary(Trace const&);
/// In one line: "hung: stopped after 2.51 s: victim was killed while ..."
std::string to_line(Summary const&);

}  // namespace qs
