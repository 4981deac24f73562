// What a learner is to bring about, checked on the run that they made.
//
//     the run finishes | the run hangs | the run fails
//     jobs.empty() lies                  it said True although an item had been put and not been got
//     an expectation fails
//     a process is killed                by a choice of the learner
//     items are lost                     something was put and never got
//     consumer never waits for an item   what a question says of a wait: "a free slot", "the read lock", ...
//     consumer gets 6 times              in all
//     parameter items is 5
//     at some time jobs.buffered > 1     as breakpoints say it
//     at no time jobs.buffered > 1
//     consumer-3 ended, jobs.unfinished > 0, ...   how it is at the end, as breakpoints say it
#pragma once

#include <string>
#include <string_view>

#include "sim/trace/trace.hpp"

namespace qs {

/// Throws std::invalid_argument, with a sentence, for a goal that is not understood.
bool reached(std::string_view goal, Trace const&);

}  // namespace qs
