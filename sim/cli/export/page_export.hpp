// Runs and lessons as pages: one file, or a folder with all of them.
#pragma once

#include <string>

namespace qs::cli {

/// `what`: a trace, or a lesson by name or file. Returns an exit code.
int export_page(std::string const& what, std::string const& output);
/// A page of each scenario and lesson, and a front page.
int export_site(std::string const& folder);

}  // namespace qs::cli
