#include "gui/picture/shot.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "gui/picture/svg.hpp"
#include "gui/window/fonts.hpp"

namespace qs::gui {

Camera::Camera(ShownTrace& shown, Shot const& look)
    : shown_(shown),
      look_(look),
      window_(open_offscreen(look.width, look.height)),
      theme_(make_theme(look.mode, look.scale)) {
  theme_.fonts = load_fonts(theme_.scale);
  apply_style(theme_);
}

void Camera::draw(Step step, double motion) {
  shown_.place(step);
  Selection const selection;
  Requests requests;
  Context const context{.trace = shown_.trace(),
                        .world = shown_.world(),
                        .before = shown_.before(),
                        .items = shown_.items(),
                        .step = step,
                        .motion = motion,
                        .theme = theme_,
                        .selection = selection,
                        .requests = requests};
  for (int frame = warm_ ? PictureView::frames - 1 : 0; frame < PictureView::frames; ++frame) {
    window_->wait(0);
    window_->begin_frame();
    view_.draw(context, {static_cast<float>(look_.width), static_cast<float>(look_.height)},
               look_.words == PictureView::Words::caption ? &shown_.caption(step, DetailLevel::steps) : nullptr,
               look_.parts);
    window_->end_frame(theme_.window);
  }
  warm_ = true;
}

Picture Camera::at(Step step, double motion) {
  draw(step, motion);
  return window_->picture();
}

std::string Camera::svg_at(Step step) {
  ImGuiStyle& style = ImGui::GetStyle();
  // Smoothing adds a fringe of triangles to every shape, which an SVG does itself.
  style.AntiAliasedFill = style.AntiAliasedLines = style.AntiAliasedLinesUseTex = false;
  style.CircleTessellationMaxError = style.CurveTessellationTol = 0.1F;
  draw(step, 1);
  return svg_of(*ImGui::GetDrawData(), theme_.window, shown_.caption(step, DetailLevel::steps).text(),
                {0, 0, static_cast<float>(look_.width), static_cast<float>(look_.height)});
}

Picture take_shot(Trace const& trace, Shot const& shot) {
  Step const last = trace.size() == 0 ? no_step : trace.size() - 1;
  Step const step = shot.step == no_step ? last : shot.step;
  if (step != no_step && step > last) {
    throw std::out_of_range(last == no_step ? "the trace has no steps"
                                            : fmt::format("the trace has no step {}; its last step is {}", step, last));
  }
  ShownTrace shown(trace);
  return Camera(shown, shot).at(step);
}

}  // namespace qs::gui
