// Buttons on the stage for the enabled actors, with what each would do next.
#pragma once

#include <vector>

#include "gui/stage/scene.hpp"

namespace qs::gui {

struct MoveButton {
  Rect rect;
  ActorIndex actor = nobody;
};

/// Where they are; empty where there is nothing to choose.
std::vector<MoveButton> move_buttons(Scene const& scene);
void draw_moves(Scene const& scene, std::vector<MoveButton> const& buttons, ActorIndex hovered);
/// What a button does, or what became of the choice in the past; for its tooltip.
std::string move_words(Scene const& scene, ActorIndex actor);

}  // namespace qs::gui
