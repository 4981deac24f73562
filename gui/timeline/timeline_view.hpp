// The timeline: a lane for every process and feeder, arrows from each put to its get, and the play head.
#pragma once

#include <optional>

#include <imgui.h>

#include "gui/state/context.hpp"
#include "gui/timeline/lanes.hpp"
#include "gui/timeline/layout.hpp"
#include "gui/timeline/scale.hpp"

namespace qs::gui {

class TimelineView {
 public:
  /// Fills `size` pixels at ImGui's cursor. The wheel zooms at the cursor, dragging pans, dragging in the ruler
  /// or on the play head scrubs, a click goes to its time.
  void draw(Context const& context, ImVec2 size);

 private:
  enum class Drag : std::uint8_t { none, press, pan, scrub, scroll };

  void arrange(Context const& context, Vec2 size);
  void follow(Context const& context);
  void obey(Context const& context);
  void mouse(Context const& context, Vec2 point, bool hovered, bool active);
  void wheel(Context const& context, Vec2 point);
  void press(Context const& context, Vec2 point);
  void click(Context const& context, Vec2 point) const;
  void go_to(Context const& context, float x) const;
  void details(Context const& context, Vec2 point, ImVec2 origin) const;
  bool on_play_head(Context const& context, Vec2 point) const;
  Rect scroll_bar() const;

  std::uint64_t now(Context const& context) const;
  void axis_switch(Context const& context, ImVec2 origin);

  std::optional<AxisKind> chosen_axis_;  ///< by the switch
  Lanes lanes_;
  TimeScale scale_;
  TimelineLayout layout_;
  std::vector<std::size_t> rows_;  ///< by actor: its lane
  float scroll_ = 0;
  bool fitted_ = true;  ///< shows the whole run, also while it grows
  Step step_ = no_step;
  ActorIndex shown_ = nobody;
  Drag drag_ = Drag::none;
  Vec2 pressed_, last_;
};

}  // namespace qs::gui
