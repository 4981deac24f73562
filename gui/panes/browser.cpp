#include "gui/panes/browser.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

#include <fmt/format.h>
#include <imgui_stdlib.h>

#include "gui/draw/widgets.hpp"
#include "gui/state/actions.hpp"

namespace qs::gui {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// Beyond this many values a slider moves in ratios.
constexpr std::int64_t many_values = 1000;

/// Units of height below which there is no room for the second button; a file can still be dropped.
constexpr float least_with_file = 26;

}  // namespace

bool found_by(scenarios::Scenario const& scenario, std::string_view search) {
  std::string const all =
      lower(scenario.name + ' ' + scenario.title + ' ' + scenario.explanation + ' ' + scenario.group);
  std::istringstream words{lower(search)};
  for (std::string word; words >> word;) {
    if (all.find(word) == std::string::npos) return false;
  }
  return true;
}

Browser::Browser() {
  if (!scenarios::all().empty()) choose(scenarios::all().front());
}

void Browser::choose(scenarios::Scenario const& scenario) {
  if (chosen_ == &scenario) return;
  chosen_ = &scenario;
  values_.clear();
  for (auto const& parameter : scenario.parameters) values_[parameter.name] = parameter.fallback;
  scroll_to_chosen_ = true;
}

void Browser::set(std::map<std::string, std::string> const& parameters) {
  if (!chosen_) return;
  for (auto const& parameter : chosen_->parameters) {
    auto const given = parameters.find(parameter.name);
    if (given == parameters.end()) continue;
    auto const choice = std::find(parameter.choices.begin(), parameter.choices.end(), given->second);
    std::int64_t const value = choice == parameter.choices.end()
                                   ? std::strtoll(given->second.c_str(), nullptr, 10)
                                   : static_cast<std::int64_t>(choice - parameter.choices.begin());
    values_[parameter.name] = std::clamp(value, parameter.lowest, parameter.highest);
  }
}

std::map<std::string, std::string> Browser::parameters() const {
  std::map<std::string, std::string> result;
  if (!chosen_) return result;
  for (auto const& parameter : chosen_->parameters) {
    std::int64_t const value = values_.at(parameter.name);
    bool const named = value >= 0 && value < static_cast<std::int64_t>(parameter.choices.size());
    result[parameter.name] = named ? parameter.choices[static_cast<std::size_t>(value)] : std::to_string(value);
  }
  return result;
}

std::string Browser::other_mechanism() const {
  if (!chosen_) return "";
  for (auto const& parameter : chosen_->parameters) {
    if (parameter.name == scenarios::mechanism_parameter)
      return parameter.choices.at(values_.at(parameter.name) == 0 ? 1 : 0);
  }
  return "";
}

BrowserWishes Browser::draw(Theme const& theme, UiTestLog& report, bool running, bool stopping) {
  BrowserWishes wishes;
  draw_search(report);
  float const whole = ImGui::GetContentRegionAvail().y;
  float const run_height = ImGui::GetFrameHeight() + 0.75F * theme.unit;
  float const file_height = ImGui::GetFrameHeight();
  float const spacing = ImGui::GetStyle().ItemSpacing.y;
  float const free = whole - run_height - file_height - 4 * spacing;
  float const details = std::clamp(free * 0.58F, 0.0F, 52 * theme.unit);
  draw_list(theme, report, free - details);

  ImVec2 const at = ImGui::GetCursorScreenPos();
  float const width = ImGui::GetContentRegionAvail().x;
  ImGui::GetWindowDrawList()->AddLine(at, {at.x + width, at.y}, theme.line, 1);
  ImGui::Dummy({1, 0});
  draw_details(theme, report, details);

  if (running) {
    ImU32 const fill = theme.state(ActorState::blocked);
    wishes.stop =
        main_button(stopping ? "Stopping\u2026" : "Stop", theme, width, fill, ink_on(fill, theme), Icon::stop);
    report.last_widget("stop");
    tooltip_of_last("End the running program now  (F5)");
  } else if (chosen_) {
    std::string const other = other_mechanism();
    std::string const words = "Run " + other;
    float const gap = 0.75F * theme.unit;
    float const beside = other.empty() ? 0 : ImGui::CalcTextSize(words.c_str()).x + 3 * theme.unit;
    ImVec2 const corner = ImGui::GetCursorScreenPos();
    wishes.run =
        main_button("Run", theme, width - (beside > 0 ? beside + gap : 0), theme.accent, theme.on_accent, Icon::play);
    report.last_widget("run");
    tooltip_of_last("Start the real processes and watch them live  (F5)");
    if (beside > 0) {
      float const height = ImGui::GetItemRectSize().y;
      ImVec2 const below = ImGui::GetCursorScreenPos();
      ImGui::SetCursorScreenPos({corner.x + width - beside, corner.y});
      wishes.run_other = ImGui::Button((words + "###run_other").c_str(), {beside, height});
      report.last_widget("run_other");
      tooltip_of_last("Run it with the other mechanism and compare both endings  (Shift+F5)");
      ImGui::SetCursorScreenPos(below);
    }
  }
  if (whole < least_with_file * theme.unit) return wishes;
  wishes.open_file = ImGui::Button("Open a trace file\u2026", {width, 0});
  report.last_widget("open_file");
  tooltip_of_last("Open a .qtrace file, or drop one anywhere on this window");
  return wishes;
}

void Browser::draw_search(UiTestLog& report) {
  ImGui::SetNextItemWidth(-1);
  if (focus_search_) ImGui::SetKeyboardFocusHere();
  focus_search_ = false;
  ImGui::InputTextWithHint("##search", "Find a scenario  (/)", &search_);
  report.last_widget("search");
}

void Browser::draw_list(Theme const& theme, UiTestLog& report, float height) {
  Scroll const scroll("scenarios", {0, std::max(height, 3 * theme.unit)});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0.2F * theme.unit));
  std::string_view group;
  bool any = false;
  for (auto const& scenario : scenarios::all()) {
    if (!found_by(scenario, search_)) continue;
    if (scenario.group != group) {
      if (any) ImGui::Dummy({1, 0.75F * theme.unit});
      caption(theme, scenario.group);
      group = scenario.group;
    }
    any = true;
    draw_row(theme, report, scenario);
  }
  ImGui::PopStyleVar();
  scroll_to_chosen_ = false;
  if (!any) empty_state(theme, "Nothing found", "No scenario matches. Try \"join\", \"None\" or \"killed\".");
}

void Browser::draw_row(Theme const& theme, UiTestLog& report, scenarios::Scenario const& scenario) {
  bool const chosen = &scenario == chosen_;
  ImGui::PushID(scenario.name.c_str());
  ImVec2 const at = ImGui::GetCursorScreenPos();
  float const width = ImGui::GetContentRegionAvail().x;
  Font const& small = theme.fonts.small;
  float const mark = scenario.hangs ? 2.5F * theme.unit : 0;
  float const room = std::max(width - 1.75F * theme.unit - mark, 4 * theme.unit);
  float const title = small.face->CalcTextSizeA(small.size, 1e9F, room, scenario.title.c_str()).y;
  float const height = theme.fonts.text.size + title + 1.1F * theme.unit;
  if (ImGui::InvisibleButton("row", {width, height})) choose(scenario);
  bool const hovered = ImGui::IsItemHovered();
  report.last_widget("scenario:" + scenario.name);
  if (chosen && scroll_to_chosen_) ImGui::SetScrollHereY();
  ImDrawList* list = ImGui::GetWindowDrawList();
  ImVec2 const end{at.x + width, at.y + height};
  if (chosen) list->AddRectFilled(at, end, with_alpha(theme.accent, 0.22F), theme.rounding * 0.7F);
  if (hovered && !chosen) list->AddRectFilled(at, end, with_alpha(theme.text, 0.07F), theme.rounding * 0.7F);
  if (chosen) list->AddRectFilled(at, {at.x + 0.4F * theme.unit, end.y}, theme.accent, 2);
  ImVec2 const corner{at.x + 1.25F * theme.unit, at.y + 0.45F * theme.unit};
  draw_text_within(list, theme.fonts.text, corner, room, theme.text, scenario.name);
  list->AddText(small.face, small.size, {corner.x, corner.y + theme.fonts.text.size + 0.2F * theme.unit},
                chosen ? theme.text_soft : theme.text_faint, scenario.title.c_str(), nullptr, room);
  if (scenario.hangs) {
    draw_icon(list, Icon::block, {end.x - 1.5F * theme.unit, at.y + height / 2}, 0.5F * theme.unit,
              theme.state(ActorState::blocked), theme);
  }
  if (hovered) {
    tooltip_of_last(scenario.hangs ? "It hangs on purpose; a deadline stops it." : "");
  }
  ImGui::PopID();
}

void Browser::draw_details(Theme const& theme, UiTestLog& report, float height) {
  Scroll const scroll("details", {0, std::max(height, 3 * theme.unit)});
  if (!chosen_) {
    paragraph("This is a recording of another program, which is not run from here. Choose a scenario to run that one.",
              theme.text_soft);
    return;
  }
  heading(theme, chosen_->title);
  if (other_mechanism() == "cpython")
    paragraph(
        "This text describes the cpython mechanism. The hardened one has no pipe and no feeder, and recovers when "
        "a process is killed.",
        theme.accent);
  paragraph(chosen_->explanation, theme.text_soft);
  if (chosen_->hangs) {
    paragraph(fmt::format("With cpython it hangs on purpose: a deadline of {:g} s stops it.", chosen_->deadline_s),
              theme.state(ActorState::blocked));
  }
  for (auto const& parameter : chosen_->parameters) draw_parameter(theme, report, parameter);
}

/// All choices beside each other, as far as they are few.
void Browser::draw_choices(Theme const& theme, UiTestLog& report, scenarios::Parameter const& parameter,
                           std::int64_t& value) {
  auto const many = static_cast<float>(parameter.choices.size());
  float const wide = ImGui::GetContentRegionAvail().x / many, height = ImGui::GetFrameHeight();
  ImDrawList* list = ImGui::GetWindowDrawList();
  ImVec2 const begin = ImGui::GetCursorScreenPos();
  list->AddRectFilled(begin, {begin.x + many * wide, begin.y + height}, theme.inset, theme.rounding);
  for (std::size_t i = 0; i < parameter.choices.size(); ++i) {
    ImVec2 const at{begin.x + static_cast<float>(i) * wide, begin.y};
    ImGui::SetCursorScreenPos(at);
    bool const clicked = ImGui::InvisibleButton(parameter.choices[i].c_str(), {wide, height});
    if (clicked) value = static_cast<std::int64_t>(i);
    bool const chosen = value == static_cast<std::int64_t>(i);
    if (chosen || ImGui::IsItemHovered()) {
      ImU32 const fill = chosen ? theme.accent : mix(theme.inset, theme.text, 0.12F);
      list->AddRectFilled(at, {at.x + wide, at.y + height}, fill, theme.rounding);
    }
    report.last_widget("parameter:" + parameter.name + "=" + parameter.choices[i]);
    float const text = std::min(measure(theme.fonts.text, parameter.choices[i]).x, wide);
    draw_text_within(list, theme.fonts.text, {at.x + (wide - text) / 2, at.y + (height - theme.fonts.text.size) / 2},
                     text + 1, chosen ? theme.on_accent : theme.text_soft, parameter.choices[i]);
  }
}

void Browser::draw_parameter(Theme const& theme, UiTestLog& report, scenarios::Parameter const& parameter) {
  std::int64_t& value = values_[parameter.name];
  ImGui::PushID(parameter.name.c_str());
  ImGui::Dummy({1, 0.1F * theme.unit});
  paragraph(parameter.name, theme.text);
  ImGui::SetNextItemWidth(-1);
  constexpr std::size_t few = 3;
  if (!parameter.choices.empty() && parameter.choices.size() <= few) {
    draw_choices(theme, report, parameter, value);
  } else if (!parameter.choices.empty()) {
    auto const index = static_cast<std::size_t>(
        std::clamp<std::int64_t>(value, 0, static_cast<std::int64_t>(parameter.choices.size()) - 1));
    if (ImGui::BeginCombo("##value", parameter.choices[index].c_str())) {
      for (std::size_t i = 0; i < parameter.choices.size(); ++i) {
        if (ImGui::Selectable(parameter.choices[i].c_str(), i == index)) value = static_cast<std::int64_t>(i);
      }
      ImGui::EndCombo();
    }
  } else {
    bool const wide = parameter.highest - parameter.lowest > many_values;
    ImGui::SliderScalar("##value", ImGuiDataType_S64, &value, &parameter.lowest, &parameter.highest, nullptr,
                        ImGuiSliderFlags_AlwaysClamp | (wide ? ImGuiSliderFlags_Logarithmic : ImGuiSliderFlags_None));
  }
  report.last_widget("parameter:" + parameter.name);
  if (parameter.choices.empty()) tooltip_of_last("Drag, or Ctrl+click to type a number");
  {
    WithFont const font(theme.fonts.small);
    paragraph(parameter.meaning, theme.text_faint);
  }
  ImGui::PopID();
}

}  // namespace qs::gui
