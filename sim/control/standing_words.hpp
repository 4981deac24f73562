// A controlled run between two steps, in words: what each actor will do next, and what is in the queues.
#pragma once

#include <string>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/model/world.hpp"
#include "sim/trace/trace.hpp"

namespace qs {

/// What a parked actor's next operation is: "take the read lock of jobs", without the actor.
std::string next_words(Trace const&, Event const& next);

/// How an actor stands: "will take the read lock of jobs", "blocked in get: waits for ...", "computes", ...
std::string status_words(Trace const&, World const&, ActorIndex, ActorStatus const&);

/// One line a queue, without a new line: what is in it, and who holds its locks.
std::vector<std::string> queue_lines(Trace const&, World const&);

}  // namespace qs
