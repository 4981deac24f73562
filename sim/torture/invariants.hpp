// What is promised to those who survive a SIGKILL, held against one recorded run.
//
// Nobody hangs for a lock, a slot or half a message of the dead; nobody crashes; no item comes twice, torn or out of
// its producer's order; and none is missing but the one that a dead process had taken and not yet returned from get().
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "sim/explore/forked_runs.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

struct InvariantVerdict {
  enum class Ending : std::uint8_t {
    finished,
    waits,    ///< for something that the program would have had to do
    goes_on,  ///< was cut off: the program asks again and again
  };
  Ending ending = Ending::finished;
  std::vector<std::string> lost;    ///< allowed: one sentence for each item
  std::vector<std::string> broken;  ///< one sentence for each promise; empty: all were kept
};

/// Names of processes whose end needs no reason.
struct Excused {
  std::set<std::string> dead;      ///< by a signal
  std::set<std::string> throwing;  ///< by an uncaught exception
};
/// What the program does when nobody is killed.
Excused usual_ends(ForkedRunEnd const& end);

InvariantVerdict judge_promise(ForkedRunEnd const& end, Excused const& excused);

}  // namespace qs
