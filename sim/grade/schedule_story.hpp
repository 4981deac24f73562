// What happened in a run, in the few sentences that a student needs.
#pragma once

#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace qs::grade {

/// The result of each call, in order; only the last `most`, with a first line that says so.
std::vector<std::string> story(Trace const&, std::size_t most = 16);

}  // namespace qs::grade
