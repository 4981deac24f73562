// Hit testing on the stage, and the tooltip of what was hit.
#pragma once

#include <string>

#include "gui/stage/scene.hpp"

namespace qs::gui {

/// The topmost thing at a point of the stage: an item, a feeder, a dot, a card or a queue.
Selection hit(Scene const& scene, ItemPlaces const& items, Vec2 point);
/// A few lines, ended by line feeds; "" for nothing.
std::string details_of(Scene const& scene, Selection const& what);

}  // namespace qs::gui
