// The stage: the processes, the queues between them and the items on their way, at one step of a run.
#pragma once

#include <imgui.h>

#include "gui/stage/layout.hpp"
#include "gui/stage/source.hpp"
#include "gui/stage/stage_actors.hpp"
#include "gui/state/context.hpp"
#include "gui/window/ui_test_log.hpp"

namespace qs::gui {

class StageView {
 public:
  /// Fills `size` pixels at ImGui's cursor.
  void draw(Context const& context, ImVec2 size, UiTestLog& report);

 private:
  void arrange(Context const& context, Vec2 size);
  void kill_menu(Context const& context, bool hovered, Selection const& under, UiTestLog& report);

  StageActors cast_;
  StageLayout layout_;
  SourceLines source_;
  Vec2 size_;
  float unit_ = 0;
  ActorIndex forward_ = nobody;
  ActorIndex menu_of_ = nobody;
};

}  // namespace qs::gui
