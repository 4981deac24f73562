// The beginning of a recording, as seen from the observed program.
#pragma once

namespace mp::hook {

/// Looks for a session in the environment, once per process; every constructor of the public classes calls it first.
/// A session that cannot be used is reported on stderr, and the program runs unrecorded.
void attach() noexcept;

}  // namespace mp::hook
