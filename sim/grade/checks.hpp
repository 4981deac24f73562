// What does not hold of one run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/diagnosis/diagnosis.hpp"
#include "sim/grade/exercise.hpp"
#include "sim/process/limits.hpp"
#include "sim/trace/trace.hpp"

namespace qs::grade {

/// What is known of a run that is over.
struct RunEvidence {
  enum class How : std::uint8_t {
    ended,
    deadlock,
    out_of_time,  ///< of a free run, or an actor computed for seconds under a schedule
    too_long,     ///< more steps under a schedule than anybody has waited for
  };
  Trace const& trace;
  How how = How::ended;
  std::string const& output;
  std::optional<int> exit_code = {};      ///< of the program itself; none: only the trace tells
  std::optional<std::size_t> steps = {};  ///< under a schedule
  std::optional<Limit> limit = {};
};

struct Failing {
  Check check;
  std::string name;      ///< what makes it distinct: "ends: check-then-act"
  std::string headline;  ///< a sentence
};

/// In the order of the checks; empty: the run is as it should be.
std::vector<Failing> failing_checks(Exercise const&, RunEvidence const&);

/// What this mistake makes fail.
Check check_of(BugPattern);

/// Why an output is not as expected, as a sentence; empty: it is.
std::string output_difference(ExpectedOutput const&, std::string const& output);

}  // namespace qs::grade
