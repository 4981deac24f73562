#include "gui/draw/glyphs.hpp"

#include <algorithm>
#include <array>

#include "gui/draw/geometry.hpp"

namespace qs::gui {

char const* word(ActorState state) {
  constexpr std::array words{"not started", "running", "sleeping", "blocked", "exiting", "ended", "killed"};
  return words[static_cast<std::size_t>(state)];
}

void draw_state_mark(ImDrawList* list, Theme const& theme, ImVec2 centre, float radius, ActorState state) {
  ImU32 const colour = theme.state(state);
  float const stroke = std::max(1.5F, radius * 0.35F);
  float const x = centre.x;
  float const y = centre.y;
  switch (state) {
    case ActorState::unborn: list->AddCircle(centre, radius * 0.85F, colour, 0, stroke * 0.8F); break;
    case ActorState::running:
      list->AddTriangleFilled({x - radius * 0.7F, y - radius}, {x + radius, y}, {x - radius * 0.7F, y + radius},
                              colour);
      break;
    case ActorState::sleeping:  // a clock
      list->AddCircle(centre, radius * 0.9F, colour, 0, stroke * 0.6F);
      list->AddLine(centre, {x, y - radius * 0.6F}, colour, stroke * 0.6F);
      list->AddLine(centre, {x + radius * 0.5F, y}, colour, stroke * 0.6F);
      break;
    case ActorState::blocked:
      list->AddRectFilled({x - radius * 0.85F, y - radius}, {x - radius * 0.2F, y + radius}, colour);
      list->AddRectFilled({x + radius * 0.2F, y - radius}, {x + radius * 0.85F, y + radius}, colour);
      break;
    case ActorState::exiting:
      list->AddCircle(centre, radius * 0.85F, colour, 0, stroke * 0.6F);
      list->PathArcTo(centre, radius * 0.85F, pi / 2, pi * 1.5F);
      list->PathFillConvex(colour);
      break;
    case ActorState::ended: list->AddCircleFilled(centre, radius * 0.85F, colour); break;
    case ActorState::killed:
      list->AddLine({x - radius, y - radius}, {x + radius, y + radius}, colour, stroke);
      list->AddLine({x - radius, y + radius}, {x + radius, y - radius}, colour, stroke);
      break;
  }
}

void draw_lock_mark(ImDrawList* list, ImVec2 centre, float radius, ImU32 colour, bool closed) {
  float const stroke = std::max(1.2F, radius * 0.24F);
  float const bow = radius * 0.55F;
  float const top = centre.y - radius * (closed ? 0.15F : 0.45F);
  list->PathArcTo({centre.x, top}, bow, pi, 2 * pi);
  if (closed) list->PathLineTo({centre.x + bow, centre.y + radius * 0.1F});
  list->PathStroke(colour, 0, stroke);
  list->AddLine({centre.x - bow, top}, {centre.x - bow, centre.y + radius * 0.1F}, colour, stroke);
  list->AddRectFilled({centre.x - radius * 0.85F, centre.y}, {centre.x + radius * 0.85F, centre.y + radius}, colour,
                      radius * 0.2F);
}

void draw_item_mark(ImDrawList* list, Theme const& theme, ImVec2 centre, float radius, ItemId item, bool sentinel) {
  float const x = centre.x;
  float const y = centre.y;
  if (sentinel) {
    list->AddQuadFilled({x, y - radius}, {x + radius, y}, {x, y + radius}, {x - radius, y}, theme.sentinel);
    list->AddQuad({x, y - radius}, {x + radius, y}, {x, y + radius}, {x - radius, y}, theme.on_sentinel, 1);
    return;
  }
  float const half = radius * 0.8F;
  list->AddRectFilled({x - half, y - half}, {x + half, y + half}, theme.item(item), radius * 0.3F);
}

}  // namespace qs::gui
