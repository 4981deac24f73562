// The stage: the processes, the queues between them and the items on their way, at one step of a run.
#pragma once

#include <imgui.h>

#include "gui/context.hpp"
#include "gui/report.hpp"
#include "gui/stage_cast.hpp"
#include "gui/stage_layout.hpp"
#include "gui/stage_source.hpp"

namespace qs::gui {

class StageView {
 public:
  /// Fills `size` pixels at ImGui's cursor.
  void draw(Context const& context, ImVec2 size, Report& report);

 private:
  void arrange(Context const& context, Vec2 size);
  void kill_menu(Context const& context, bool hovered, Selection const& under, Report& report);

  StageCast cast_;
  StageLayout layout_;
  SourceLines source_;
  Vec2 size_;
  float unit_ = 0;
  ActorIndex forward_ = nobody;
  ActorIndex menu_of_ = nobody;
};

}  // namespace qs::gui
