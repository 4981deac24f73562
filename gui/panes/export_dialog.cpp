#include "gui/panes/export_dialog.hpp"

#include "gui/draw/widgets.hpp"

namespace qs::gui {

std::optional<ExportChoice> ExportDialog::draw(Theme const& theme, Vec2 window, UiTestLog& report) {
  Overlay const overlay("export", theme, window, {64, 37});
  std::optional<ExportChoice> chosen;
  heading(theme, "Export");
  struct Row {
    ExportChoice choice;
    char const *name, *label, *words;
  };
  for (Row const& row :
       {Row{ExportChoice::page, "export:page", "Page (HTML)",
            "Replays the run, or the lesson, in any browser, without a network."},
        Row{ExportChoice::png, "export:png", "Picture (PNG)", "The caption and the stage, as they are seen now."},
        Row{ExportChoice::svg, "export:svg", "Drawing (SVG)", "The same for slides and print, sharp in any size."}}) {
    ImGui::Dummy({1, 0.3F * theme.unit});
    if (ImGui::Button(row.label, {20 * theme.unit, 0})) chosen = row.choice;
    report.last_widget(row.name);
    paragraph(row.words, theme.text_soft);
  }
  ImGui::Dummy({1, 0.6F * theme.unit});
  paragraph("Animations and strips of steps: queuescope export --help", theme.text_faint);
  if (ImGui::Button("Cancel") || chosen || overlay.clicked_outside()) open_ = false;
  return chosen;
}

}  // namespace qs::gui
