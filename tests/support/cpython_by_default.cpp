// Tests that do not name a mechanism test Mechanism::cpython.
#include <mp/options.hpp>

namespace {
[[maybe_unused]] bool const chosen = (mp::set_default_mechanism(mp::Mechanism::cpython), true);
}
