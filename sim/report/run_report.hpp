// The report of a run for the terminal: who put what, who got it, who waited for what, and how it ended.
#pragma once

#include <cstdint>
#include <string>

#include "sim/trace/trace.hpp"

namespace qs {

enum class Colours : std::uint8_t { no, yes };

/// At most 100 columns wide; hundreds of processes and millions of items are folded into counts.
std::string run_report(Trace const&, Colours = Colours::no);

}  // namespace qs
