// Checks a recorded run against the guarantees for the survivors of a SIGKILL.
//
// No one hangs on a lock, a slot or half a message of a dead process; no one crashes; no item comes twice, torn or out
// of its producer's order; and none is missing except the one that a dead process had taken but not returned from
// get().
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
    waits,    ///< for something that the program itself would have done
    goes_on,  ///< was stopped: the program polls for ever
  };
  Ending ending = Ending::finished;
  std::vector<std::string> lost;    ///< allowed: one sentence for each item
  std::vector<std::string> broken;  ///< a sentence for each broken guarantee
};

/// Names of processes that may end abnormally.
struct Excused {
  std::set<std::string> dead;      ///< by a signal
  std::set<std::string> throwing;  ///< by an uncaught exception
};
/// How the program behaves without a kill.
Excused usual_ends(ForkedRunEnd const& end);

InvariantVerdict check_guarantees(ForkedRunEnd const& end, Excused const& excused);

}  // namespace qs
