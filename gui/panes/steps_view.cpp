#include "gui/panes/steps_view.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "gui/draw/widgets.hpp"
#include "gui/state/enabled_choices.hpp"
#include "gui/state/run_until.hpp"
#include "sim/text/announced.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

/// A row across the pane: a key in a badge, a name, and words behind it. True: it was clicked.
bool row(Theme const& theme, std::string const& id, std::string const& key, bool strong, std::string const& name,
         std::string const& words, bool enabled, float room_right = 0) {
  ImVec2 const at = ImGui::GetCursorScreenPos();
  float const width = std::max(ImGui::GetContentRegionAvail().x - room_right, 4 * theme.unit);
  float const height = theme.fonts.text.size + 0.9F * theme.unit;
  ImGui::BeginDisabled(!enabled);
  bool const clicked = ImGui::InvisibleButton(id.c_str(), {width, height});
  ImGui::EndDisabled();
  bool const hovered = enabled && ImGui::IsItemHovered();
  ImDrawList* list = ImGui::GetWindowDrawList();
  ImVec2 const end{at.x + width, at.y + height};
  if (enabled) {
    list->AddRectFilled(at, end, mix(theme.panel, theme.accent, hovered ? 0.45F : 0.18F), theme.rounding * 0.7F);
    if (strong) list->AddRect(at, end, theme.accent, theme.rounding * 0.7F, 0, 1.5F);
  }
  float const y = at.y + (height - theme.fonts.text.size) / 2;
  float x = at.x + 0.75F * theme.unit;
  float const side = theme.fonts.small.size + 0.5F * theme.unit;
  if (!key.empty()) {
    float const key_top = at.y + (height - side) / 2;
    list->AddRectFilled({x, key_top}, {x + side, key_top + side}, theme.accent, 0.4F * theme.unit);
    ImVec2 const size = measure(theme.fonts.small, key);
    draw_text(list, theme.fonts.small, {x + (side - size.x) / 2, key_top + (side - size.y) / 2}, theme.on_accent, key);
  }
  x += side + 0.9F * theme.unit;
  float const name_width = std::min(measure(theme.fonts.text, name).x, (end.x - x) * 0.55F);
  draw_text_within(list, theme.fonts.text, {x, y}, name_width + 1, enabled ? theme.text : theme.text_soft, name);
  x += name_width + theme.unit;
  draw_text_within(list, theme.fonts.text, {x, y}, end.x - x - 0.5F * theme.unit, theme.text_soft, words);
  return clicked && enabled;
}

bool alive(ActorStatus const& status) {
  return status.where == ActorStatus::Where::parked || status.where == ActorStatus::Where::computing;
}

std::string branch_words(Branches const& branches, std::size_t index) {
  Branch const& branch = branches.all()[index];
  Schedule const own(
      branch.schedule.begin() + static_cast<std::ptrdiff_t>(std::min(branch.fork, branch.schedule.size())),
      branch.schedule.end());
  std::string const text = own.empty() ? "(nothing chosen yet)" : to_text(own);
  return branch.parent == no_branch ? text : fmt::format("after {}: {}", branch.fork, text);
}

}  // namespace

std::optional<std::size_t> StepsView::draw(Context const& context, InteractiveSession const& conductor,
                                           UiTestLog& report) {
  Theme const& theme = context.theme;
  Scroll const scroll("steps", {0, 0});
  bool const any = context.moves || conductor.live() || !conductor.schedule().empty();
  if (!any) {
    empty_state(theme, "You are the scheduler",
                "Choose Step above and press Run. Every process and feeder then stops before each operation on shared "
                "state, and you choose which one goes next. Or let the program run freely and press Pause.");
    return std::nullopt;
  }
  if (context.moves && !context.moves->open())
    past(context);
  else
    now(context, conductor, report);
  bool const until = conductor.live() || !context.until->words().empty();
  if (until) {
    ImGui::Dummy({1, 0.75F * theme.unit});
    until_.draw(context, report);
  }

  ImGui::Dummy({1, 0.75F * theme.unit});
  heading(theme, fmt::format("Schedule: {}", count(conductor.schedule().size(), "choice")));
  if (!conductor.schedule().empty()) {
    paragraph(to_text(conductor.schedule()), theme.text_soft);
    if (link(theme, "Copy")) ImGui::SetClipboardText(to_text(conductor.schedule()).c_str());
    tooltip_of_last(tooltip(Action::copy_schedule));
    if (!conductor.exact()) {
      WithFont const font(theme.fonts.small);
      paragraph("The run went freely for a while. Only the choices before that can be reproduced.", theme.warning);
    }
  }
  return tree(context, conductor.branches(), report);
}

void StepsView::past(Context const& context) {
  Theme const& theme = context.theme;
  EnabledChoices const& moves = *context.moves;
  heading(theme, fmt::format("Choice {} of {}", moves.decision + 1, context.trace.decisions.size()));
  for (std::size_t i = 0; i < moves.enabled.size(); ++i) {
    Choice const choice = moves.enabled[i];
    bool const made = choice == *moves.made;
    std::string const name = choice.what == Choice::What::time ? "The clock" : context.trace.name(choice.actor);
    std::string words = "was also enabled";
    if (made) words = "was chosen";
    row(theme, "past" + std::to_string(i), made ? ">" : "", made, name, words, false);
  }
  if (moves.made->what == Choice::What::kill) {
    row(theme, "killed", ">", true, context.trace.name(moves.made->actor), "was killed here", false);
  }
  Step const event = event_of(context.trace, moves.decision);
  if (event == no_step) return;
  if (link(theme, sentence(context.trace, event))) context.requests.go_to = event;
}

void StepsView::now(Context const& context, InteractiveSession const& conductor, UiTestLog& report) {
  Theme const& theme = context.theme;
  Trace const& trace = context.trace;
  EnabledChoices const* moves = context.moves;
  heading(theme, "Who goes next");
  if (!moves) {
    paragraph(conductor.live() ? "To choose, pause the run or return to its last step (End)." : "The run has ended.",
              theme.text_soft);
    return;
  }
  float const kill = ImGui::CalcTextSize("Kill").x + 2 * ImGui::GetStyle().FramePadding.x + theme.unit;
  for (std::size_t actor = 0; actor < moves->status.size(); ++actor) {
    ActorStatus const& status = moves->status[actor];
    if (!alive(status)) continue;
    auto const index = static_cast<ActorIndex>(actor);
    int const number = moves->number_of(index);
    bool const process = status.process == index;
    std::string words = "is computing";
    if (status.where == ActorStatus::Where::parked) {
      words = number > 0 ? next_operation(trace, status.next, Length::brief)
                         : "waits for " + resource_words(trace, status.blocked_on, status.next.object);
    }
    std::string const name = actor < trace.actors.size() ? trace.name(index) : "the program";
    std::string const id = "next:" + std::to_string(actor);
    bool const proposed = moves->proposed == Choice{Choice::What::go, index};
    float const line = ImGui::GetCursorPosY();
    if (row(theme, id, number > 0 && number <= 9 ? std::to_string(number) : "", proposed, name, words, number > 0,
            kill)) {
      context.requests.choose = Choice{Choice::What::go, index};
    }
    report.last_widget(id);
    tooltip_of_last(number > 0
                        ? trace.name(status.next.actor) + " will " + next_operation(trace, status.next, Length::whole)
                        : words);
    if (!process) continue;
    ImGui::SetCursorPos({ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x - kill + theme.unit,
                         line + (theme.fonts.text.size + 0.9F * theme.unit - ImGui::GetTextLineHeight()) / 2});
    ImGui::PushID(static_cast<int>(actor));
    ImGui::PushStyleColor(ImGuiCol_Text, theme.error);
    if (ImGui::SmallButton("Kill")) context.requests.choose = Choice{Choice::What::kill, index};
    ImGui::PopStyleColor();
    ImGui::PopID();
    report.last_widget("kill:" + std::to_string(actor));
    tooltip_of_last("Kill " + trace.name(index) + " now, as kill -9 would. The kill becomes part of the schedule.");
    ImGui::SetCursorPosY(line + theme.fonts.text.size + 0.9F * theme.unit + ImGui::GetStyle().ItemSpacing.y);
  }
  if (moves->time() && row(theme, "next:time", "0", false, "The clock", "advances to the next deadline", true, kill))
    context.requests.choose = Choice{Choice::What::time};
  if (conductor.snapshot().deadlocked)
    paragraph("No one can go on. Open Why (F4), step back, or kill a process.", theme.warning);
}

std::optional<std::size_t> StepsView::tree(Context const& context, Branches const& branches, UiTestLog& report) {
  std::optional<std::size_t> wanted;
  Theme const& theme = context.theme;
  auto const rows = branches.rows();
  if (rows.empty()) return wanted;
  ImGui::Dummy({1, 0.75F * theme.unit});
  heading(theme, "Schedules tried");
  for (auto const& [index, depth] : rows) {
    Branch const& branch = branches.all()[index];
    bool const current = index == branches.current();
    float const indent = static_cast<float>(depth) * 1.75F * theme.unit;
    ImVec2 const at{ImGui::GetCursorScreenPos().x + indent, ImGui::GetCursorScreenPos().y};
    ImGui::SetCursorScreenPos(at);
    float const width = std::max(ImGui::GetContentRegionAvail().x, 6 * theme.unit);
    float const height = theme.fonts.text.size + theme.unit;
    std::string const id = "branch:" + std::to_string(index);
    bool const clicked = ImGui::InvisibleButton(id.c_str(), {width, height});
    bool const hovered = ImGui::IsItemHovered();
    report.last_widget(id);
    ImDrawList* list = ImGui::GetWindowDrawList();
    ImVec2 const end{at.x + width, at.y + height};
    if (current || hovered)
      list->AddRectFilled(at, end, with_alpha(current ? theme.accent : theme.text, current ? 0.22F : 0.07F),
                          theme.rounding * 0.7F);
    if (current) list->AddRectFilled(at, {at.x + 0.4F * theme.unit, end.y}, theme.accent, 2);
    std::string const ending = branch.ending == RunEnding::none ? (current && context.live ? "now" : "left")
                                                                : std::string(name(branch.ending));
    float const ending_width = measure(theme.fonts.small, ending).x;
    bool const bad = branch.ending == RunEnding::deadlock || branch.ending == RunEnding::failed;
    draw_text(list, theme.fonts.small,
              {end.x - ending_width - 0.75F * theme.unit, at.y + (height - theme.fonts.small.size) / 2},
              bad                                    ? theme.state(ActorState::blocked)
              : branch.ending == RunEnding::finished ? theme.success
                                                     : theme.text_faint,
              ending);
    std::string const words = branch_words(branches, index);
    draw_text_within(list, theme.fonts.text, {at.x + theme.unit, at.y + (height - theme.fonts.text.size) / 2},
                     width - ending_width - 3 * theme.unit, current ? theme.text : theme.text_soft, words);
    if (hovered) tooltip_of_last(to_text(branch.schedule) + "\nClick to run this schedule again");
    if (clicked && !(current && context.live)) wanted = index;
  }
  return wanted;
}

}  // namespace qs::gui
