// The field for "run until": a breakpoint is written, its result or what is wrong with it stands below, and examples of
// this run can be taken over.
#pragma once

#include <string>
#include <vector>

#include "gui/draw/theme.hpp"
#include "gui/state/context.hpp"
#include "gui/state/run_until.hpp"
#include "gui/window/ui_test_log.hpp"

namespace qs::gui {

class UntilField {
 public:
  void focus() { focus_ = true; }
  /// Draws into the current pane; asks by the context's requests.
  void draw(Context const& context, UiTestLog& report);

 private:
  void field(Context const& context, UiTestLog& report);

  std::string line_;
  bool focus_ = false;
};

ImU32 colour_of(RunUntil::State state, Theme const& theme);
/// Breakpoints that make sense in this run, by its own names.
std::vector<std::string> breakpoint_examples(Context const& context);

}  // namespace qs::gui
