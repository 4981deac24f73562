// What a column of the stage has in it, from top to bottom: cards, and crowds into which families are folded until
// there is room; and how much a card shows then. In units of the spacing grid; pixels come later.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "gui/stage/stage_actors.hpp"

namespace qs::gui::column_layout {

inline constexpr float margin = 1.5F, gap = 1.25F, pad = 1;
inline constexpr float title_line = 2.75F, text_line = 2.5F, code_line = 2.3F, caption_line = 1.9F, tray = 3.75F;
inline constexpr float card_least = 20, card_most = 48;
inline constexpr float row_height = 3, row_gap = 0.4F;
inline constexpr float crowd_least = 15, crowd_summary = 7, dot_most = 3.2F;

/// How much a card shows, from everything to its name only.
struct Detail {
  int code_lines;
  bool captions;
  bool row;
  float density;  ///< of the lines, where that makes the difference between a card and a row
};
inline constexpr std::array details{
    Detail{9, true, false, 1}, Detail{5, true, false, 1},  Detail{3, true, false, 1},     Detail{1, true, false, 1},
    Detail{0, true, false, 1}, Detail{0, false, false, 1}, Detail{0, false, false, 0.8F}, Detail{0, false, true, 1}};

/// One box of a column: an actor, or a folded family.
struct Entry {
  StageActor const* player = nullptr;
  std::vector<StageActor const*> family;
};

inline bool is_crowd(Entry const& entry) { return !entry.player; }

std::size_t trays_of(StageActor const& player);
float height_of(StageActor const& player, Detail detail);
/// The height at which a crowd's dots have their full size.
float crowd_wish(Entry const& entry, float width);
float needed(std::vector<Entry> const& entries, Detail detail);
std::optional<Detail> best_detail(std::vector<Entry> const& entries, float height);
/// Folds the largest family that is still unfolded; false when there is none worth it.
bool fold_largest(std::vector<Entry>& entries, StageActors const& cast);
void fold_all(std::vector<Entry>& entries);
/// A selected actor gets a card of its own and keeps its dot, so that no other dot moves.
void bring_forward(std::vector<Entry>& entries, ActorIndex selected);

}  // namespace qs::gui::column_layout
