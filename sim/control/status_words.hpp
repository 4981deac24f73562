// A controlled run between two steps, in words: what each actor will do next, and what is in the queues.
#pragma once

#include <string>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// The status of an actor: "will take the read lock of jobs", "blocked in get: waits for ...", "computes", ...
std::string status_words(Trace const&, World const&, ActorIndex, ActorStatus const&);

/// A line for each queue, without a newline: what is in it, and who holds its locks.
std::vector<std::string> queue_lines(Trace const&, World const&);

}  // namespace qs
