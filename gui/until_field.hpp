// The field for "run until": a breakpoint is written, its result or what is wrong with it stands below, and examples of
// this run can be taken over.
#pragma once

#include <string>
#include <vector>

#include "gui/context.hpp"
#include "gui/report.hpp"
#include "gui/run_until.hpp"
#include "gui/theme.hpp"

namespace qs::gui {

class UntilField {
 public:
  void focus() { focus_ = true; }
  /// Draws into the current pane; asks by the context's requests.
  void draw(Context const& context, Report& report);

 private:
  void field(Context const& context, Report& report);

  std::string line_;
  bool focus_ = false;
};

ImU32 colour_of(RunUntil::State state, Theme const& theme);
/// Breakpoints that make sense in this run, by its own names.
std::vector<std::string> breakpoint_examples(Context const& context);

}  // namespace qs::gui
