// The code pane: the real source of the run, with a marker for each actor at its line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gui/draw/theme.hpp"
#include "gui/panes/highlight.hpp"
#include "gui/state/context.hpp"
#include "gui/window/ui_test_log.hpp"

namespace qs::gui {

class CodeView {
 public:
  /// Forget the file that was chosen.
  void reset();
  /// Scrolls to the line in focus again, after the lines have moved.
  void reveal() { shown_line_ = 0; }
  /// Draws into the current pane.
  void draw(Context const& context, UiTestLog& report);

 private:
  struct Line {
    std::string_view text;
    std::vector<Span> spans;
  };

  void choose_file(Context const& context, UiTestLog& report);
  void read(std::string const& file, std::string const& source);
  void draw_lines(Context const& context, UiTestLog& report);
  struct Gutter {
    float markers, width;  ///< the markers', and all of it with the line numbers
  };

  void draw_line(Context const& context, std::size_t number, Gutter gutter, ActorIndex at_play, UiTestLog& report);
  void draw_until(Context const& context, std::size_t number, Rect const& rect, UiTestLog& report);
  float marker_width(Context const& context) const;
  void draw_markers(Context const& context, std::size_t number, Rect const& gutter);
  bool here(Context const& context, ActorIndex actor, std::size_t number) const;

  std::string file_;
  std::string source_;  ///< a copy: the trace may go while its lines are looked at
  std::vector<Line> lines_;
  bool chosen_by_hand_ = false;
  std::uint32_t shown_line_ = 0;  ///< the last one that was scrolled to
};

/// The actor whose line the code pane follows: the selected one, or the one that acts at this step.
ActorIndex actor_in_focus(Context const& context);

}  // namespace qs::gui
