// The text of a source file that a program was compiled from.
#pragma once

#include <optional>
#include <string>

namespace qs {

/// Looks where the compiler found it (from here, if that is a relative path) and where an installed
/// queuescope keeps its scenarios: ../share/queuescope beside its programs. Nothing when it is not there or
/// is too large to be source text.
std::optional<std::string> source_text(std::string const& file);

}  // namespace qs
