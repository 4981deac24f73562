// The events pane: each event is a sentence; a click moves everything to its step.
#pragma once

#include <cstdint>

#include "gui/draw/theme.hpp"
#include "gui/panes/event_list.hpp"
#include "gui/state/context.hpp"
#include "gui/window/ui_test_log.hpp"

namespace qs::gui {

class EventsView {
 public:
  /// Another trace: the filter's words stay, its actor goes.
  void reset();
  /// Scrolls to the play head again, after the rows have moved.
  void reveal() { unshown_ = true; }
  void focus_filter() { focus_filter_ = true; }
  /// Draws into the current pane. True: the filter is still being applied, draw again.
  bool draw(Context const& context, UiTestLog& report);
  /// The step of the row after or before that of `step`; no_step if there is none.
  Step neighbour(Trace const& trace, Step step, int direction) const;
  std::size_t size(Trace const& trace) const { return list_.size(trace); }

 private:
  void draw_filter(Context const& context, UiTestLog& report);
  void draw_groups(Theme const& theme);
  void draw_rows(Context const& context, UiTestLog& report);
  void draw_row(Context const& context, std::size_t row, float width);

  EventList list_;
  EventFilter wanted_;
  bool focus_filter_ = false;
  Step shown_ = no_step;  ///< the step that was scrolled to
  bool unshown_ = true;
};

}  // namespace qs::gui
