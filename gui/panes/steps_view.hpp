// The schedule pane: the actors that are enabled, waiting or computing; the schedule so far; and the schedules tried
// before, as a tree.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "gui/panes/until_field.hpp"
#include "gui/state/actions.hpp"
#include "gui/state/context.hpp"
#include "gui/state/interactive_session.hpp"
#include "gui/window/ui_test_log.hpp"

namespace qs::gui {

class StepsView {
 public:
  /// Draws into the current pane. Returns the branch that was clicked, if any.
  std::optional<std::size_t> draw(Context const& context, InteractiveSession const& conductor, UiTestLog& report);
  void focus_until() { until_.focus(); }

 private:
  void now(Context const& context, InteractiveSession const& conductor, UiTestLog& report);
  void past(Context const& context);
  std::optional<std::size_t> tree(Context const& context, Branches const& branches, UiTestLog& report);

  UntilField until_;
};

}  // namespace qs::gui
