// Known mistakes, told by the shape of the waiting and never by names. Private to the diagnosis.
#pragma once

#include <vector>

#include "sim/diagnosis.hpp"

namespace qs {

/// `stuck`: everybody who waits and whom nobody can free.
std::vector<Finding> recognise(Trace const&, World const&, std::vector<ActorIndex> const& stuck);

}  // namespace qs
