// For tests: the window writes down what it shows and where its widgets are, one line of JSON each time
// something relevant changes. Without a file it costs nothing.
#pragma once

#include <array>
#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json_fwd.hpp>

#include "gui/draw/geometry.hpp"

namespace qs::gui {

class UiTestLog {
 public:
  /// No path: nothing is written. Throws std::runtime_error if the file cannot be written.
  explicit UiTestLog(std::string const& path);
  ~UiTestLog();
  UiTestLog(UiTestLog const&) = delete;
  UiTestLog& operator=(UiTestLog const&) = delete;

  bool wanted() const { return file_ != nullptr || in_memory_; }
  /// Keeps the widgets of a frame for take_widgets() instead of writing them.
  void keep_in_memory() { in_memory_ = true; }
  /// A widget that the mouse can use; in pixels of the window.
  void widget(std::string_view name, Rect const& rect);
  /// The widget that ImGui drew last.
  void last_widget(std::string_view name);
  /// Ends a frame: writes `facts` and the widgets if anything differs from the line before, and how long the frame
  /// before took.
  void write(nlohmann::ordered_json facts, double frame_ms);
  using Widgets = std::map<std::string, std::array<long, 4>, std::less<>>;  ///< left, top, width, height
  Widgets take_widgets() { return std::exchange(widgets_, {}); }

 private:
  std::unique_ptr<std::ostream> file_;
  bool in_memory_ = false;
  Widgets widgets_;
  std::string last_line_;
};

}  // namespace qs::gui
