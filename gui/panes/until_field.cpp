#include "gui/panes/until_field.hpp"

#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <imgui.h>
#include <imgui_stdlib.h>

#include "gui/draw/widgets.hpp"
#include "gui/state/run_until.hpp"

namespace qs::gui {
namespace {

/// Small buttons side by side, as many in a row as fit.
std::optional<std::string> choose_example(Theme const& theme, std::vector<std::string> const& examples,
                                          UiTestLog& report) {
  std::optional<std::string> chosen;
  caption(theme, "For example");
  WithFont const font(theme.fonts.small);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0.5F * theme.unit, 0.5F * theme.unit));
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(0.75F * theme.unit, 0.35F * theme.unit));
  float const right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    float const width = measure(theme.fonts.small, examples[i]).x + 2 * ImGui::GetStyle().FramePadding.x;
    if (i > 0 && ImGui::GetItemRectMax().x + 0.5F * theme.unit + width <= right) ImGui::SameLine();
    if (ImGui::Button(examples[i].c_str())) chosen = examples[i];
    report.last_widget("example:" + std::to_string(i));
  }
  ImGui::PopStyleVar(2);
  return chosen;
}

}  // namespace

std::vector<std::string> breakpoint_examples(Context const& context) {
  Trace const& trace = context.trace;
  std::vector<std::string> examples{"blocked"};
  for (std::size_t actor = trace.actors.size(); actor-- > 0;) {
    if (trace.actors[actor].kind != ActorKind::process) continue;
    examples.push_back(trace.actors[actor].name + " blocked");
    break;
  }
  for (QueueWorld const& queue : context.world.queues) {
    if (!queue.exists || queue.name.empty()) continue;
    examples.push_back(queue.name + ".qsize > 1");
    break;
  }
  examples.emplace_back("sentinel piped");
  if (context.step != no_step) {
    Location const& where = trace.location(trace.at(context.step));
    if (where.line != 0)
      examples.push_back(fmt::format("{}:{}", std::filesystem::path(where.file).filename().string(), where.line));
  }
  return examples;
}

ImU32 colour_of(RunUntil::State state, Theme const& theme) {
  switch (state) {
    case RunUntil::State::refused: return theme.error;
    case RunUntil::State::reached: return theme.success;
    case RunUntil::State::running: return theme.accent;
    case RunUntil::State::deadlock: return theme.state(ActorState::blocked);
    default: return theme.text_soft;
  }
}

void UntilField::draw(Context const& context, UiTestLog& report) {
  Theme const& theme = context.theme;
  RunUntil const& until = *context.until;
  heading(theme, "Run until");
  if (context.live) field(context, report);
  if (std::string const words = until.words(); !words.empty()) paragraph(words, colour_of(until.state(), theme));
  if (!context.live) return;
  if (auto const example = choose_example(theme, breakpoint_examples(context), report)) {
    line_ = *example;
    focus_ = true;
    context.requests.animate = true;
  }
}

void UntilField::field(Context const& context, UiTestLog& report) {
  bool const focused = std::exchange(focus_, false);
  if (focused) ImGui::SetKeyboardFocusHere();
  ImGui::SetNextItemWidth(-1);
  if (ImGui::InputTextWithHint("##until", "consumer-1 blocked, jobs.qsize > 3  (B)", &line_,
                               ImGuiInputTextFlags_EnterReturnsTrue)) {
    context.requests.run_until = line_;
  }
  report.last_widget("until");
  bool const almost = ImGui::IsItemActive() && !ImGui::GetIO().WantTextInput;
  if (focused || almost) context.requests.animate = true;  // ImGui needs some frames until it is written into
  auto const state = context.until->state();
  if (state == RunUntil::State::running || state == RunUntil::State::refused) {
    ImGui::GetWindowDrawList()->AddRect(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(),
                                        colour_of(state, context.theme), ImGui::GetStyle().FrameRounding, 0, 1.5F);
  }
  tooltip_of_last(
      "A breakpoint is a line that a process reaches, a place that an item reaches, a process that blocks or ends, or "
      "a queue size. Enter makes the proposed choices until then; Esc stops.");
}

}  // namespace qs::gui
