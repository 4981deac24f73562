#include "gui/picture/picture_view.hpp"

#include <fmt/format.h>

#include "gui/draw/widgets.hpp"
#include "gui/panes/lecture/caption_view.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

void draw_heading(Context const& context, Rect const& rect) {
  Theme const& theme = context.theme;
  Pane const pane("heading", rect, theme, theme.panel, 0);
  ImDrawList* list = ImGui::GetWindowDrawList();
  float const left = rect.left + 2 * theme.unit;
  float const room = rect.width() - 4 * theme.unit;
  std::string const title = context.trace.run.title.empty() ? "Queuescope" : context.trace.run.title;
  draw_text_within(list, theme.fonts.title, {left, rect.top + 1.25F * theme.unit}, room, theme.text, title);
  std::string const place =
      context.step == no_step
          ? "before the first step"
          : fmt::format("Step {} of {}, {}: {}", number(context.step), number(context.trace.size() - 1),
                        duration(context.trace.at(context.step).time), sentence(context.trace, context.step));
  draw_text_within(list, theme.fonts.text, {left, rect.top + 1.75F * theme.unit + theme.fonts.title.size}, room,
                   theme.text_soft, place);
}

}  // namespace

void PictureView::draw(Context const& context, Vec2 size, Caption const* words, Parts parts) {
  Theme const& theme = context.theme;
  Rect rest{0, 0, size.x, size.y};
  if (words) {
    draw_caption(*words, std::nullopt, theme, cut_top(rest, caption_height(theme)), report_);
  } else {
    draw_heading(context, cut_top(rest, theme.fonts.title.size + theme.fonts.text.size + 3.5F * theme.unit));
  }
  Rect const foot = parts == Parts::stage ? Rect{} : cut_bottom(rest, rest.height() * 0.34F);
  {
    Pane const pane("stage", rest, theme, theme.window, 0);
    stage_.draw(context, ImGui::GetContentRegionAvail(), report_);
  }
  if (parts == Parts::stage) return;
  Pane const pane("timeline", foot, theme, theme.panel, 0);
  timeline_.draw(context, ImGui::GetContentRegionAvail());
}

}  // namespace qs::gui
