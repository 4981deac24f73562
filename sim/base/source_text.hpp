// The text of a source file that a program was compiled from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace qs {

/// The folder with the sources of the installed scenarios: ../share/queuescope, relative to the executable.
std::filesystem::path installed_sources();

/// Looks where the compiler found it (from here, if that is a relative path), and else among the `installed`
/// ones, by its folder's name and its own, with the folder above if need be. Nothing when it is not there or is too
/// large to be source text.
std::optional<std::string> source_text(std::string const& file,
                                       std::filesystem::path const& installed = installed_sources());

}  // namespace qs
