// A controlled run between two steps, in words: what each actor will do next, and what is in the queues.
#pragma once

#include <string>
#include <vector>

#include "sim/control.hpp"
#include "sim/trace.hpp"
#include "sim/world.hpp"

namespace qs {

/// What a parked actor's next operation is: "take the read lock of jobs", without the actor.
std::string next_words(Trace const&, Event const& next);

/// How an actor stands: "will take the read lock of jobs", "blocked in get: waits for ...", "computes", ...
std::string standing_words(Trace const&, World const&, ActorIndex, Standing const&);

/// One line a queue, without a new line: what is in it, and who holds its locks.
std::vector<std::string> queue_lines(Trace const&, World const&);

}  // namespace qs
