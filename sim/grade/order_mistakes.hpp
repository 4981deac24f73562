// Mistakes that cause neither a hang nor a loss, but a wrong result.
#pragma once

#include <optional>
#include <string>

#include "sim/trace/trace.hpp"

namespace qs::grade {

struct OrderMistake {
  std::string name, cause, remedy;
};

/// lost-update: somebody puts back what it got, and somebody else comes in before it gets it again; read-too-early: the
/// program got its result before others had put all of theirs. Only meaningful where the result is known to be wrong.
std::optional<OrderMistake> order_mistake(Trace const&);

}  // namespace qs::grade
