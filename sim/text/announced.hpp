// What an actor at the gate will do next, in words: its operation is announced as the event that it will write.
#pragma once

#include <string>

#include "sim/trace/trace.hpp"

namespace qs {

/// For a button beside the actor's name: "take the write lock", "append 7".
std::string announced_short(Trace const&, Event const& next);
/// A whole sentence without a full stop: "consumer-1 will take the read lock of jobs".
std::string announced(Trace const&, Event const& next);

}  // namespace qs
