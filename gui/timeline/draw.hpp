// The parts of the timeline's picture.
#pragma once

#include <optional>
#include <vector>

#include "gui/draw/canvas.hpp"
#include "gui/state/context.hpp"
#include "gui/timeline/lanes.hpp"
#include "gui/timeline/layout.hpp"

namespace qs::gui {

struct TimelineScene {
  Context const& context;
  Canvas const& canvas;
  Lanes const& lanes;
  TimelineLayout const& layout;
  TimeScale const& scale;
  std::vector<std::size_t> const& rows;  ///< by actor: its lane

  Theme const& theme() const { return context.theme; }
  /// The middle of an actor's lane; nothing for a stranger.
  std::optional<float> middle(ActorIndex actor) const;
  /// Where the play head is on the axis.
  std::uint64_t now() const { return lanes.axis().at(context.trace, context.step); }
};

ImU32 colour_of(Theme const& theme, LaneState doing);

void draw_ruler(TimelineScene const& scene);
void draw_lanes(TimelineScene const& scene);
/// The line at which a run was stopped that no longer took steps.
void draw_stop(TimelineScene const& scene);
void draw_moments(TimelineScene const& scene);
void draw_names(TimelineScene const& scene);
/// Returns how many arrows there are for each one drawn.
std::size_t draw_arrows(TimelineScene const& scene);
/// Hides what lies ahead, where a lesson asks for it.
void draw_veil(TimelineScene const& scene);
void draw_play_head(TimelineScene const& scene);
void draw_timeline_legend(TimelineScene const& scene, std::size_t arrow_stride);

}  // namespace qs::gui
