// Writes a picture as a PNG file.
#pragma once

#include <string>

#include "gui/window/window.hpp"
#include "sim/export/output_file.hpp"

namespace qs::gui {

/// The bytes of a PNG file. Throws std::runtime_error.
std::string png_of(Picture const& picture);

/// A file that is written completely or not at all. Throws OutputError if it cannot be written.
void write_png(Picture const& picture, std::string const& path);

}  // namespace qs::gui
