#include "gui/app/shot.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "gui/draw/widgets.hpp"
#include "gui/stage/stage_view.hpp"
#include "gui/timeline/timeline_view.hpp"
#include "gui/window/fonts.hpp"
#include "gui/window/ui_test_log.hpp"
#include "sim/model/items.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

constexpr int frames = 3;  // views may use measurements from the previous frame

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

Picture take_shot(Trace const& trace, Shot const& shot) {
  Step const last = trace.size() == 0 ? no_step : trace.size() - 1;
  Step const step = shot.step == no_step ? last : shot.step;
  if (step != no_step && step > last) {
    throw std::out_of_range(last == no_step ? "the trace has no steps"
                                            : fmt::format("the trace has no step {}; its last step is {}", step, last));
  }
  History history(trace);
  World const before = history.at(step == no_step || step == 0 ? no_step : step - 1);
  World const world = history.at(step);
  ItemIndex const items(trace);

  auto const window = open_offscreen(shot.width, shot.height);
  Theme theme = make_theme(shot.mode, shot.scale);
  theme.fonts = load_fonts(theme.scale);
  apply_style(theme);
  Selection const selection;
  Requests requests;
  Context const context{.trace = trace,
                        .world = world,
                        .before = before,
                        .items = items,
                        .step = step,
                        .theme = theme,
                        .selection = selection,
                        .requests = requests};
  StageView stage;
  UiTestLog report("");
  TimelineView timeline;
  for (int frame = 0; frame < frames; ++frame) {
    window->wait(0);
    window->begin_frame();
    Rect rest{0, 0, static_cast<float>(shot.width), static_cast<float>(shot.height)};
    draw_heading(context, cut_top(rest, theme.fonts.title.size + theme.fonts.text.size + 3.5F * theme.unit));
    Rect const foot = cut_bottom(rest, rest.height() * 0.34F);
    {
      Pane const pane("stage", rest, theme, theme.window, 0);
      stage.draw(context, ImGui::GetContentRegionAvail(), report);
    }
    {
      Pane const pane("timeline", foot, theme, theme.panel, 0);
      timeline.draw(context, ImGui::GetContentRegionAvail());
    }
    window->end_frame(theme.window);
  }
  return window->picture();
}

}  // namespace qs::gui
