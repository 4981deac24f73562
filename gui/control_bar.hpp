// The bar of the person who is the scheduler: how the program runs, where it stands, and what to do about it.
#pragma once

#include <vector>

#include "gui/actions.hpp"
#include "gui/conductor.hpp"
#include "gui/context.hpp"
#include "gui/geometry.hpp"
#include "gui/report.hpp"

namespace qs::gui {

class ControlBar {
 public:
  static float height(Theme const& theme);
  void draw(Context const& context, Conductor& conductor, Rect const& rect, Report& report,
            std::vector<Action>& wishes);

 private:
  void paces(Theme const& theme, Conductor& conductor, Report& report);
};

/// How the run stands, or what was chosen at this step of its past.
std::string standing_words(Context const& context, Conductor const& conductor);

}  // namespace qs::gui
