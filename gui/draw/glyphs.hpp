// Shapes that tell states and items apart without their colour.
//
//   unborn  o   running  >   blocked  ||   exiting  half a disc   ended  a disc   killed  x
#pragma once

#include "gui/draw/theme.hpp"

namespace qs::gui {

/// One word, lower case: "running", "blocked", ...
char const* word(ActorState state);
void draw_state_mark(ImDrawList* list, Theme const& theme, ImVec2 centre, float radius, ActorState state);
/// A small padlock; closed when somebody holds it.
void draw_lock_mark(ImDrawList* list, ImVec2 centre, float radius, ImU32 colour, bool closed);
/// An item without its text: a rounded square, or a diamond for a sentinel.
void draw_item_mark(ImDrawList* list, Theme const& theme, ImVec2 centre, float radius, ItemId item, bool sentinel);

}  // namespace qs::gui
