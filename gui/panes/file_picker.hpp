// Choose a trace file: a path to write, or folders and .qtrace files to click.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "gui/draw/geometry.hpp"
#include "gui/draw/theme.hpp"
#include "gui/window/ui_test_log.hpp"

namespace qs::gui {

/// The folders and trace files of a folder, in this order and each by name; hidden ones left out. Empty where
/// the folder cannot be read.
std::vector<std::filesystem::path> choices_in(std::filesystem::path const& folder);

class FilePicker {
 public:
  void open(std::filesystem::path const& folder);
  void close() { open_ = false; }
  bool is_open() const { return open_; }
  /// The file, once one was chosen; then it is closed.
  std::optional<std::filesystem::path> draw(Theme const& theme, Vec2 window, UiTestLog& report);

 private:
  void enter(std::filesystem::path const& folder);

  bool open_ = false;
  bool fresh_ = false;
  std::string typed_;
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> choices_;
};

}  // namespace qs::gui
