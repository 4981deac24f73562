#include "gui/panes/bars/transport.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "gui/draw/widgets.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

/// "1/100 of real time", "real time", "10 times real time".
std::string speed_words(double speed) {
  if (speed > 0.99 && speed < 1.01) return "real time";
  if (speed > 1) return fmt::format("{:.2g}\u00d7 real time", speed);
  return fmt::format("1/{} of real time", number(static_cast<std::uint64_t>(std::llround(1 / speed))));
}

float button_row(Theme const& theme, int buttons) {
  float const spacing = 0.4F * theme.unit;
  return static_cast<float>(buttons) * ImGui::GetFrameHeight() + static_cast<float>(buttons - 1) * spacing;
}

std::string step_words(Step step) { return step == no_step ? "Before step 0" : "Step " + number(step); }

}  // namespace

float Transport::height(Theme const& theme) const {
  float const frame = theme.fonts.text.size + 1.1F * theme.unit;
  float const scrub = 2 * theme.unit;
  return scrub + static_cast<float>(rows_) * (frame + 0.75F * theme.unit) + 1.6F * theme.unit;
}

void Transport::next_group(float width) {
  float const gap = 2.5F * ImGui::GetStyle().ItemSpacing.x;
  ImGui::SameLine(0, gap);
  if (ImGui::GetCursorScreenPos().x + width <= right_edge_) return;
  ImGui::NewLine();
  ++rows_;
}

void Transport::draw(Context const& context, Playback& playback, UiTestLog& report, std::vector<Action>& wishes) {
  rows_ = 1;
  right_edge_ = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  bool const empty = context.trace.events.empty();
  scrubber(context, playback, report);
  ImGui::BeginDisabled(empty);
  moves(context, playback, report, wishes);
  next_group(measure(context.theme.fonts.text, "Step 000,000 of 000,000").x + 14 * context.theme.unit);
  place(context, playback, report);
  if (!compact_) {
    jumps(context, report, wishes);
    next_group(36 * context.theme.unit);
    speed(context.theme, playback, report);
  }
  ImGui::EndDisabled();
  live(context.theme, playback, report, wishes);
}

void Transport::scrubber(Context const& context, Playback const& playback, UiTestLog& report) {
  Theme const& theme = context.theme;
  Step const count = context.trace.size();
  ImVec2 const at = ImGui::GetCursorScreenPos();
  float const width = std::max(ImGui::GetContentRegionAvail().x, 1.0F);
  float const height = 1.25F * theme.unit;
  ImGui::InvisibleButton("scrubber", {width, height});
  report.last_widget("scrubber");
  bool const held = ImGui::IsItemActive();
  bool const hovered = ImGui::IsItemHovered() || held;
  ImDrawList* list = ImGui::GetWindowDrawList();
  float const y = at.y + height / 2;
  float const half = (hovered ? 0.35F : 0.22F) * theme.unit;
  list->AddRectFilled({at.x, y - half}, {at.x + width, y + half}, mix(theme.card, theme.text, 0.12F), half);
  if (count == 0) return;

  auto x_of = [&](Step step) {
    double const part = step == no_step ? 0 : (static_cast<double>(step) + 1) / static_cast<double>(count);
    return at.x + static_cast<float>(part) * width;
  };
  auto step_at = [&](float x) {
    double const part = std::clamp(static_cast<double>((x - at.x) / width), 0.0, 1.0);
    auto const position = static_cast<std::int64_t>(std::llround(part * static_cast<double>(count))) - 1;
    return position < 0 ? no_step : static_cast<Step>(position);
  };
  float const head = x_of(playback.step());
  list->AddRectFilled({at.x, y - half}, {head, y + half}, theme.accent, half);
  list->AddCircleFilled({head, y}, (hovered ? 0.75F : 0.6F) * theme.unit, theme.accent);
  list->AddCircleFilled({head, y}, 0.3F * theme.unit, theme.on_accent);
  float const pointer = ImGui::GetMousePos().x;
  if (held && step_at(pointer) != playback.step()) context.requests.go_to = step_at(pointer);
  if (!hovered) return;
  Step const step = step_at(pointer);
  ImGui::BeginTooltip();
  ImGui::TextUnformatted(step_words(step).c_str());
  if (step != no_step) ImGui::TextUnformatted(sentence(context.trace, step).c_str());
  ImGui::EndTooltip();
}

void Transport::moves(Context const& context, Playback const& playback, UiTestLog& report,
                      std::vector<Action>& wishes) {
  Theme const& theme = context.theme;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0.4F * theme.unit, ImGui::GetStyle().ItemSpacing.y));
  auto button = [&](char const* id, Icon icon, Action action, Emphasis emphasis = Emphasis::none) {
    if (icon_button(id, icon, theme, tooltip(action), emphasis)) wishes.push_back(action);
    report.last_widget(id);
  };
  button("first", Icon::first, Action::first);
  ImGui::SameLine();
  button("back", Icon::back, Action::step_back);
  ImGui::SameLine();
  button("play", playback.mode() == Playback::Mode::playing ? Icon::pause : Icon::play, Action::play_pause,
         Emphasis::strong);
  ImGui::SameLine();
  button("forward", Icon::forward, Action::step_forward);
  ImGui::SameLine();
  button("last", Icon::last, Action::last);
  ImGui::PopStyleVar();
}

void Transport::place(Context const& context, Playback const& playback, UiTestLog& report) {
  Theme const& theme = context.theme;
  Step const count = context.trace.size();
  ImGui::AlignTextToFramePadding();
  if (count == 0) {
    ImGui::PushStyleColor(ImGuiCol_Text, theme.text_faint);
    ImGui::TextUnformatted("No steps yet");
    ImGui::PopStyleColor();
    return;
  }
  {
    WithFont const font(theme.fonts.strong);
    ImGui::TextUnformatted(step_words(playback.step()).c_str());
  }
  report.last_widget("step");
  tooltip_of_last("Position of the event in the total order of the run, from 0");
  ImGui::SameLine(0, 0.6F * theme.unit);
  ImGui::PushStyleColor(ImGuiCol_Text, theme.text_soft);
  ImGui::Text("of %s", number(count - 1).c_str());
  ImGui::SameLine(0, 1.5F * theme.unit);
  ImGui::TextUnformatted(duration(playback.time()).c_str());
  ImGui::PopStyleColor();
  tooltip_of_last("Wall time since the program began");
  if (playback.shortened() == 0) return;
  std::string const words = duration(playback.shortened()) + " without events, skipped";
  next_group(pill_width(theme, words));
  pill(theme, words, mix(theme.card, theme.warning, 0.25F), theme.text);
}

void Transport::jumps(Context const& context, UiTestLog& report, std::vector<Action>& wishes) {
  Theme const& theme = context.theme;
  struct Group {
    char const* words;
    Icon icon;
    ImU32 colour;
    Action back, forward;
    char const *back_name, *forward_name;
  };
  Group const groups[] = {
      {"Block", Icon::block, theme.state(ActorState::blocked), Action::previous_block, Action::next_block,
       "previous_block", "next_block"},
      {"Wake-up", Icon::wake, theme.state(ActorState::running), Action::previous_wake, Action::next_wake,
       "previous_wake", "next_wake"},
      {"Choice", Icon::play, theme.accent, Action::previous_decision, Action::next_decision, "previous_decision",
       "next_decision"},
      {"Sentinel", Icon::sentinel,
       theme.mode == Theme::Mode::dark ? theme.sentinel : mix(theme.sentinel, theme.text, 0.3F),
       Action::previous_sentinel, Action::next_sentinel, "previous_sentinel", "next_sentinel"},
  };
  bool const scheduled = !context.trace.decisions.empty();
  for (Group const& group : groups) {
    if (group.back == Action::previous_decision && !scheduled) continue;
    float const text = measure(theme.fonts.text, group.words).x;
    next_group(button_row(theme, 2) + text + 3 * theme.unit);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0.4F * theme.unit, ImGui::GetStyle().ItemSpacing.y));
    if (icon_button(group.back_name, Icon::back, theme, tooltip(group.back), Emphasis::quiet))
      wishes.push_back(group.back);
    report.last_widget(group.back_name);
    ImGui::SameLine();
    ImVec2 const at = ImGui::GetCursorScreenPos();
    float const height = ImGui::GetFrameHeight();
    ImGui::Dummy({text + 2 * theme.unit, height});
    ImDrawList* list = ImGui::GetWindowDrawList();
    draw_icon(list, group.icon, {at.x + 0.6F * theme.unit, at.y + height / 2}, 0.55F * theme.unit, group.colour, theme);
    draw_text(list, theme.fonts.text, {at.x + 1.7F * theme.unit, at.y + (height - theme.fonts.text.size) / 2},
              theme.text_soft, group.words);
    ImGui::SameLine();
    if (icon_button(group.forward_name, Icon::forward, theme, tooltip(group.forward), Emphasis::quiet)) {
      wishes.push_back(group.forward);
    }
    report.last_widget(group.forward_name);
    ImGui::PopStyleVar();
  }
}

void Transport::speed(Theme const& theme, Playback& playback, UiTestLog& report) {
  auto value = static_cast<float>(playback.speed());
  if (slim_slider("speed", theme, 14 * theme.unit, value, static_cast<float>(Playback::slowest),
                  static_cast<float>(Playback::fastest), Scaling::logarithmic)) {
    playback.speed(static_cast<double>(value));
  }
  report.last_widget("speed");
  tooltip_of_last("Playback speed relative to real time  (+ and -)");
  ImGui::SameLine(0, 0.5F * theme.unit);
  ImGui::SetNextItemWidth(measure(theme.fonts.text, "1/10,000 of real time").x + 2 * theme.unit +
                          ImGui::GetFrameHeight());
  if (ImGui::BeginCombo("##presets", speed_words(playback.speed()).c_str())) {
    for (double preset : {1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0}) {
      if (ImGui::Selectable(speed_words(preset).c_str())) playback.speed(preset);
    }
    ImGui::EndCombo();
  }
  report.last_widget("presets");
}

void Transport::live(Theme const& theme, Playback const& playback, UiTestLog& report, std::vector<Action>& wishes) {
  if (!playback.live()) return;
  bool const following = playback.mode() == Playback::Mode::following;
  std::string_view const words = following ? "Live" : "Back to live";
  next_group(pill_width(theme, words));
  ImVec2 const at = ImGui::GetCursorScreenPos();
  pill(theme, words, following ? theme.success : mix(theme.card, theme.success, 0.35F),
       following ? ink_on(theme.success, theme) : theme.text);
  ImVec2 const end = ImGui::GetItemRectMax();
  ImGui::SetCursorScreenPos(at);
  if (ImGui::InvisibleButton("follow", {end.x - at.x, end.y - at.y})) wishes.push_back(Action::follow_live);
  report.last_widget("follow");
  tooltip_of_last(tooltip(Action::follow_live));
}

}  // namespace qs::gui
