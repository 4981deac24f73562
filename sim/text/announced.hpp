// What an actor at the gate will do next, in words, from the event that the operation will write.
#pragma once

#include <cstdint>
#include <string>

#include "sim/trace/trace.hpp"

namespace qs {

enum class Length : std::uint8_t {
  brief,  ///< for a button beside the name of the actor: "take the write lock", "append 7"
  whole   ///< with the queue: "take the write lock of jobs", "append 7 to its buffer of jobs"
};

/// The operation without the actor, as an infinitive.
std::string next_operation(Trace const&, Event const& next, Length);

}  // namespace qs
