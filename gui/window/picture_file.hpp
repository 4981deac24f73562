// Writes a picture as a PNG file.
#pragma once

#include <string>

#include "gui/window/window.hpp"

namespace qs::gui {

/// Throws std::runtime_error, in one sentence, where the file cannot be written.
void write_png(Picture const& picture, std::string const& path);

}  // namespace qs::gui
