// Small operations on names and lines of text.
#pragma once

#include <string>
#include <string_view>

namespace qs {

/// Without leading and trailing blanks.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t\r\n");

/// The name without the number at the end of its first word: the same for all of "worker-1", "worker-2", and for their
/// feeders "worker-1 feeder of jobs", "worker-2 feeder of jobs". "stage1-worker" and "stage2-worker" keep theirs.
std::string name_stem(std::string_view name);

}  // namespace qs
