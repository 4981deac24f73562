// The story of a run, to be read in a terminal: who put what, who got it, who waited for what, how it ended.
#pragma once

#include <cstdint>
#include <string>

#include "sim/trace/trace.hpp"

namespace qs {

enum class Colours : std::uint8_t { no, yes };

/// At most 100 columns wide; hundreds of processes and millions of items are folded into counts.
std::string account(Trace const&, Colours = Colours::no);

}  // namespace qs
