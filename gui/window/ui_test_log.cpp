#include "gui/window/ui_test_log.hpp"

#include <cmath>
#include <fstream>
#include <stdexcept>
#include <utility>

#include <imgui.h>
#include <nlohmann/json.hpp>

namespace qs::gui {

UiTestLog::UiTestLog(std::string const& path) {
  if (path.empty()) return;
  file_ = std::make_unique<std::ofstream>(path, std::ios::app);
  if (!*file_) throw std::runtime_error("cannot write the report file " + path + "; choose another path");
}

UiTestLog::~UiTestLog() = default;

void UiTestLog::widget(std::string_view name, Rect const& rect) {
  if (!wanted()) return;
  widgets_[std::string(name)] = {std::lround(rect.left), std::lround(rect.top), std::lround(rect.width()),
                                 std::lround(rect.height())};
}

void UiTestLog::last_widget(std::string_view name) {
  if (!wanted() || !ImGui::IsItemVisible()) return;
  ImVec2 const low = ImGui::GetItemRectMin();
  ImVec2 const high = ImGui::GetItemRectMax();
  widget(name, {low.x, low.y, high.x, high.y});
}

void UiTestLog::write(nlohmann::ordered_json facts, double frame_ms) {
  if (!file_) return;
  facts["widgets"] = take_widgets();
  std::string line = facts.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  if (line == last_line_) return;
  facts["frame_ms"] = frame_ms;
  *file_ << facts.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << std::endl;
  last_line_ = std::move(line);
}

}  // namespace qs::gui
