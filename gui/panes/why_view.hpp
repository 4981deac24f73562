// The why pane: the wait-for chain of the selected actor in plain words, or what is wrong with the whole run.
#pragma once

#include <cstdint>
#include <optional>

#include "gui/draw/theme.hpp"
#include "gui/state/context.hpp"
#include "gui/window/ui_test_log.hpp"
#include "sim/diagnosis/diagnosis.hpp"

namespace qs::gui {

class WhyView {
 public:
  void reset() { diagnosis_.reset(); }
  /// Draws into the current pane.
  void draw(Context const& context, UiTestLog& report);
  /// For the world at the play head; cached until that moves.
  Diagnosis const& diagnosis(Context const& context);

 private:
  std::optional<Diagnosis> diagnosis_;
  Step step_ = no_step;
  Step size_ = 0;
  bool live_ = false;
};

}  // namespace qs::gui
