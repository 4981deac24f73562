// The environment variables that install the hooks in a Python program.
#pragma once

#include <string>

namespace qs {

/// The folder with the extension module and the hooks of queue/python; empty when this build has none. It is beside the
/// folder of the executable: ../python, or where it is installed, ../lib/.../queuescope/python.
std::string python_hooks_folder();

/// Memory for the ids of the items in the pipes of a Python program, close-on-exec. Negative: there are no hooks.
int make_item_ids();

/// Puts that folder in front of PYTHONPATH, and what stood there before into QUEUESCOPE_PYTHONPATH.
void add_python_hooks();

}  // namespace qs
