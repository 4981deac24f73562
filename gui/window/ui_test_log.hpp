// For tests: the window writes down what it shows and where its widgets are, one line of JSON each time
// something relevant changes. Without a file it costs nothing.
#pragma once

#include <array>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "gui/draw/geometry.hpp"

namespace qs::gui {

class UiTestLog {
 public:
  /// No path: nothing is written. Throws std::runtime_error if the file cannot be written.
  explicit UiTestLog(std::string const& path);

  bool wanted() const { return file_.is_open(); }
  /// A widget that the mouse can use; in pixels of the window.
  void widget(std::string_view name, Rect const& rect);
  /// The widget that ImGui drew last.
  void last_widget(std::string_view name);
  /// Ends a frame: writes `facts` and the widgets if anything differs from the line before, and how long the frame
  /// before took.
  void write(nlohmann::ordered_json facts, double frame_ms);

 private:
  std::ofstream file_;
  std::map<std::string, std::array<long, 4>, std::less<>> widgets_;  ///< left, top, width, height
  std::string last_line_;
};

}  // namespace qs::gui
