// The schedule pane: everybody who can go on, who waits and who computes; the schedule so far; and the ways
// taken before, as a tree.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "gui/actions.hpp"
#include "gui/conductor.hpp"
#include "gui/context.hpp"
#include "gui/report.hpp"
#include "gui/until_field.hpp"

namespace qs::gui {

class StepsView {
 public:
  /// Draws into the current pane. A branch, if one was chosen.
  std::optional<std::size_t> draw(Context const& context, Conductor const& conductor, Report& report);
  void focus_until() { until_.focus(); }

 private:
  void now(Context const& context, Conductor const& conductor, Report& report);
  void past(Context const& context);
  std::optional<std::size_t> tree(Context const& context, Branches const& branches, Report& report);

  UntilField until_;
};

}  // namespace qs::gui
