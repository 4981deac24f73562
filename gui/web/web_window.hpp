// The canvas of a page as a Window: WebGL 2, and the browser's mouse, touch and keys.
#pragma once

#include <memory>

#include "gui/window/window.hpp"

namespace qs::gui {

/// On the element with the id "stage". Throws WindowError if the browser has no WebGL 2.
std::unique_ptr<Window> open_canvas();

}  // namespace qs::gui
