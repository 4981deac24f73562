// What can be written of the run that is shown: a page, or the stage as a picture, just as it is seen.
#pragma once

#include <cstdint>
#include <optional>

#include "gui/draw/geometry.hpp"
#include "gui/draw/theme.hpp"
#include "gui/window/ui_test_log.hpp"

namespace qs::gui {

enum class ExportChoice : std::uint8_t { page, png, svg };

class ExportDialog {
 public:
  void open() { open_ = true; }
  void close() { open_ = false; }
  bool is_open() const { return open_; }
  /// What was chosen; then it is closed.
  std::optional<ExportChoice> draw(Theme const& theme, Vec2 window, UiTestLog& report);

 private:
  bool open_ = false;
};

}  // namespace qs::gui
