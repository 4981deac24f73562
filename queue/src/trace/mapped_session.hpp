// The session that records this process: found through the environment, mapped once.
#pragma once

#include <mp/trace/session.hpp>

namespace mp::hook {

/// The session whose descriptor the environment names; an empty view if there is none. One that cannot be used is
/// reported on stderr, and the program runs unrecorded.
[[nodiscard]] trace::SessionView map_session() noexcept;

}  // namespace mp::hook
