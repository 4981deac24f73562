#include "gui/panes/file_picker.hpp"

#include <algorithm>

#include <imgui_stdlib.h>

#include "gui/draw/widgets.hpp"

namespace qs::gui {

namespace fs = std::filesystem;

std::vector<fs::path> choices_in(fs::path const& folder) {
  std::vector<fs::path> folders;
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::string const name = entry->path().filename().string();
    if (name.starts_with('.')) continue;
    std::error_code ignored;
    if (entry->is_directory(ignored)) {
      folders.push_back(entry->path());
    } else if (entry->path().extension() == ".qtrace") {
      files.push_back(entry->path());
    }
  }
  std::sort(folders.begin(), folders.end());
  std::sort(files.begin(), files.end());
  folders.insert(folders.end(), files.begin(), files.end());
  return folders;
}

void FilePicker::open(fs::path const& folder) {
  open_ = fresh_ = true;
  enter(folder);
}

void FilePicker::enter(fs::path const& folder) {
  std::error_code error;
  folder_ = fs::canonical(folder, error);
  if (error) folder_ = "/";
  choices_ = choices_in(folder_);
  typed_ = (folder_ / "").string();
}

std::optional<fs::path> FilePicker::draw(Theme const& theme, Vec2 window, UiTestLog& report) {
  Overlay const overlay("open a file", theme, window, {72, 60});
  std::optional<fs::path> chosen;
  heading(theme, "Open a trace file");
  ImGui::SetNextItemWidth(-1);
  if (fresh_) ImGui::SetKeyboardFocusHere();
  fresh_ = false;
  if (ImGui::InputText("##path", &typed_, ImGuiInputTextFlags_EnterReturnsTrue)) {
    std::error_code ignored;
    if (fs::is_directory(typed_, ignored)) {
      enter(fs::path(typed_));
    } else {
      chosen = typed_;
    }
  }
  report.last_widget("path");
  {
    Scroll const list("choices", {0, ImGui::GetContentRegionAvail().y - ImGui::GetFrameHeightWithSpacing()},
                      ImGuiCol_PopupBg);
    std::optional<fs::path> next;
    if (folder_.has_parent_path() && ImGui::Selectable("\u2191  parent folder")) next = folder_.parent_path();
    for (fs::path const& choice : choices_) {
      bool const file = choice.extension() == ".qtrace";
      ImGui::PushStyleColor(ImGuiCol_Text, file ? theme.text : theme.text_soft);
      if (ImGui::Selectable((choice.filename().string() + (file ? "" : "/")).c_str())) (file ? chosen : next) = choice;
      ImGui::PopStyleColor();
    }
    bool const any_file = std::any_of(choices_.begin(), choices_.end(),
                                      [](fs::path const& choice) { return choice.extension() == ".qtrace"; });
    if (!any_file) paragraph("No .qtrace files in this folder.", theme.text_faint);
    if (next) enter(*next);
  }
  if (ImGui::Button("Cancel")) open_ = false;
  if (chosen) open_ = false;
  return chosen;
}

}  // namespace qs::gui
