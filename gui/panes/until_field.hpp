// The "run until" field: a breakpoint, below it the result or what is wrong with it, and examples from this run.
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
/// Example breakpoints with names from this run.
std::vector<std::string> breakpoint_examples(Context const& context);

}  // namespace qs::gui
