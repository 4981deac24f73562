// What a test says of queues without naming their mechanism, it says of CPython's.
#include <mp/options.hpp>

namespace {
[[maybe_unused]] bool const chosen = (mp::set_default_mechanism(mp::Mechanism::cpython), true);
}
