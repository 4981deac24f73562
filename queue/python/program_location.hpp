// The line of the program that led to a call of an observed object.
#pragma once

#include "python.hpp"

#include <cstdint>

namespace mp::python {

/// As hook::location_of numbers it; 0: no line of the program led here. An exception that is pending stays as it is.
std::uint32_t program_location();

/// Sets the function that says whether a code object is Python's own or the hooks', called once for each.
void set_library_test(PyObject* function);

}  // namespace mp::python
