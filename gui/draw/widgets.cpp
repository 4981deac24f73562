#include "gui/draw/widgets.hpp"

#include <algorithm>
#include <cmath>

namespace qs::gui {

namespace {

constexpr ImGuiWindowFlags bare = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                                  ImGuiWindowFlags_NoCollapse | ImGuiWindowFlags_NoSavedSettings |
                                  ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse |
                                  ImGuiWindowFlags_NoNavInputs;  // Tab and the arrows are ours

void begin_bare(char const* name, Rect const& rect, ImU32 background, ImVec2 padding, ImGuiWindowFlags more) {
  ImGui::SetNextWindowPos({rect.left, rect.top});
  ImGui::SetNextWindowSize({std::max(rect.width(), 1.0F), std::max(rect.height(), 1.0F)});
  ImGui::PushStyleColor(ImGuiCol_WindowBg, background);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, ImVec2(1, 1));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, padding);
  ImGui::Begin(name, nullptr, bare | more);
  ImGui::PopStyleVar(3);
  ImGui::PopStyleColor();
}

}  // namespace

Pane::Pane(char const* name, Rect const& rect, Theme const& theme, ImU32 background, float padding) {
  begin_bare(name, rect, background, {padding * theme.unit, padding * theme.unit * 0.8F},
             ImGuiWindowFlags_NoBringToFrontOnFocus);
}

Pane::~Pane() { ImGui::End(); }

Overlay::Overlay(char const* name, Theme const& theme, Vec2 window, Vec2 wish) {
  float const unit = theme.unit;
  begin_bare(name, {0, 0, window.x, window.y}, with_alpha(theme.window, 0.72F), {0, 0}, ImGuiWindowFlags_None);
  if (ImGui::IsWindowAppearing()) ImGui::SetWindowFocus();
  float const width = std::min(window.x - 4 * unit, wish.x * unit);
  float const height = std::min(window.y - 4 * unit, wish.y * unit);
  card_.left = (window.x - width) / 2;
  card_.top = (window.y - height) / 2;
  card_.right = card_.left + width;
  card_.bottom = card_.top + height;
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({card_.left, card_.top}, {card_.right, card_.bottom}, theme.card, theme.rounding * 1.5F);
  list->AddRect({card_.left, card_.top}, {card_.right, card_.bottom}, theme.line_strong, theme.rounding * 1.5F);
  ImGui::SetCursorScreenPos({card_.left + 3 * unit, card_.top + 2.5F * unit});
  ImGui::BeginChild("card", {width - 6 * unit, height - 5 * unit}, false, ImGuiWindowFlags_NoNavInputs);
}

Overlay::~Overlay() {
  ImGui::EndChild();
  ImGui::End();
}

bool Overlay::clicked_outside() const {
  ImVec2 const pointer = ImGui::GetMousePos();
  return ImGui::IsMouseClicked(0) && !card_.contains(Vec2{pointer.x, pointer.y});
}

Scroll::Scroll(char const* name, ImVec2 size, ImGuiCol background) : background_(background) {
  ImGui::BeginChild(name, size, false, ImGuiWindowFlags_NoNavInputs);
}

Scroll::~Scroll() {
  float const hidden = ImGui::GetScrollMaxY() - ImGui::GetScrollY();
  if (hidden > 1) {
    ImVec2 const at = ImGui::GetWindowPos(), size = ImGui::GetWindowSize();
    float const right = at.x + ImGui::GetWindowContentRegionMax().x, bottom = at.y + size.y;
    float const tall = std::min({ImGui::GetFontSize() * 1.25F, hidden, size.y / 3});
    ImU32 const solid = ImGui::GetColorU32(background_), clear = solid & ~IM_COL32_A_MASK;
    ImGui::GetWindowDrawList()->AddRectFilledMultiColor({at.x, bottom - tall}, {right, bottom}, clear, clear, solid,
                                                        solid);
  }
  ImGui::EndChild();
}

bool slim_slider(char const* id, Theme const& theme, float width, float& value, float lowest, float highest,
                 Scaling scaling) {
  bool const log = scaling == Scaling::logarithmic;
  auto part_of = [&](float v) {
    return log ? std::log(v / lowest) / std::log(highest / lowest) : (v - lowest) / (highest - lowest);
  };
  auto value_at = [&](float part) {
    return log ? lowest * std::pow(highest / lowest, part) : lowest + (highest - lowest) * part;
  };
  ImVec2 const at = ImGui::GetCursorScreenPos();
  float const height = ImGui::GetFrameHeight();
  float const knob = 0.75F * theme.unit;
  float const left = at.x + knob;
  float const length = std::max(width - 2 * knob, 1.0F);
  ImGui::InvisibleButton(id, {width, height});
  bool const held = ImGui::IsItemActive();
  if (held) value = value_at(std::clamp((ImGui::GetMousePos().x - left) / length, 0.0F, 1.0F));
  float const x = left + length * std::clamp(part_of(value), 0.0F, 1.0F);
  float const y = at.y + height / 2;
  float const half = 0.2F * theme.unit;
  float const alpha = ImGui::GetStyle().Alpha;
  ImU32 const colour = with_alpha(theme.accent, alpha);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled({left, y - half}, {left + length, y + half}, mix(theme.card, theme.text, 0.16F), half);
  list->AddRectFilled({left, y - half}, {x, y + half}, colour, half);
  list->AddCircleFilled({x, y}, ImGui::IsItemHovered() || held ? knob : 0.85F * knob, colour);
  return held;
}

void tooltip_of_last(std::string_view words) {
  if (words.empty() || !ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenDisabled)) return;
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(ImGui::GetFontSize() * 24);
  ImGui::TextUnformatted(words.data(), words.data() + words.size());
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
}

void caption(Theme const& theme, std::string_view words) {
  WithFont const font(theme.fonts.small);
  ImGui::PushStyleColor(ImGuiCol_Text, theme.text_faint);
  ImGui::TextUnformatted(words.data(), words.data() + words.size());
  ImGui::PopStyleColor();
}

void heading(Theme const& theme, std::string_view words) {
  WithFont const font(theme.fonts.strong);
  paragraph(words, theme.text);
}

void paragraph(std::string_view words, ImU32 colour) {
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  ImGui::PushTextWrapPos(0);
  ImGui::TextUnformatted(words.data(), words.data() + words.size());
  ImGui::PopTextWrapPos();
  ImGui::PopStyleColor();
}

void empty_state(Theme const& theme, std::string_view title, std::string_view advice) {
  empty_state(theme, theme.fonts.strong, title, advice);
}

void empty_state(Theme const& theme, Font title_font, std::string_view title, std::string_view advice) {
  ImVec2 const room = ImGui::GetContentRegionAvail();
  float const inset = std::max(0.0F, std::min(2 * theme.unit, room.x * 0.08F));
  ImGui::SetCursorPos({ImGui::GetCursorPosX() + inset, ImGui::GetCursorPosY() + room.y * 0.22F});
  ImGui::BeginGroup();
  ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + room.x - 2 * inset);
  {
    WithFont const font(title_font);
    ImGui::PushStyleColor(ImGuiCol_Text, theme.text_soft);
    ImGui::TextUnformatted(title.data(), title.data() + title.size());
    ImGui::PopStyleColor();
  }
  ImGui::PushStyleColor(ImGuiCol_Text, theme.text_faint);
  ImGui::TextUnformatted(advice.data(), advice.data() + advice.size());
  ImGui::PopStyleColor();
  ImGui::PopTextWrapPos();
  ImGui::EndGroup();
}

float pill_width(Theme const& theme, std::string_view words) {
  return measure(theme.fonts.small, words).x + 2 * theme.unit;
}

void pill(Theme const& theme, std::string_view words, ImU32 fill, ImU32 text) {
  ImVec2 const size{pill_width(theme, words), theme.fonts.small.size + 0.8F * theme.unit};
  ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy({size.x, std::max(size.y, ImGui::GetFrameHeight())});
  at.y += std::max(0.0F, (ImGui::GetFrameHeight() - size.y) / 2);
  ImDrawList* list = ImGui::GetWindowDrawList();
  list->AddRectFilled(at, {at.x + size.x, at.y + size.y}, fill, size.y / 2);
  draw_text(list, theme.fonts.small, {at.x + theme.unit, at.y + 0.4F * theme.unit}, text, words);
}

bool begin_facts(char const* id, Theme const& theme, float names) {
  if (!ImGui::BeginTable(id, 2, ImGuiTableFlags_SizingStretchProp)) return false;
  ImGui::TableSetupColumn("what", ImGuiTableColumnFlags_WidthFixed,
                          std::min(names * theme.unit, ImGui::GetContentRegionAvail().x * 0.6F));
  ImGui::TableSetupColumn("value", ImGuiTableColumnFlags_WidthStretch);
  return true;
}

namespace {
void fact_name(Theme const& theme, std::string_view what) {
  ImGui::TableNextRow();
  ImGui::TableNextColumn();
  paragraph(what, theme.text_faint);
  ImGui::TableNextColumn();
}
}  // namespace

void fact(Theme const& theme, std::string_view what, std::string_view value) {
  fact_name(theme, what);
  paragraph(value, theme.text);
}

bool fact_link(Theme const& theme, std::string_view what, std::string const& value) {
  fact_name(theme, what);
  return link(theme, value);
}

bool link(Theme const& theme, std::string const& words) {
  ImGui::PushID(words.c_str());
  ImVec2 const at = ImGui::GetCursorScreenPos();
  float const room = std::max(1.0F, ImGui::GetContentRegionAvail().x);
  Font const font{ImGui::GetFont(), ImGui::GetFontSize()};
  ImVec2 const size = measure(font, words);
  bool const clicked = ImGui::InvisibleButton("link", {std::min(size.x, room), size.y});
  bool const hovered = ImGui::IsItemHovered();
  ImDrawList* list = ImGui::GetWindowDrawList();
  draw_text_within(list, font, at, room, theme.accent, words);
  if (hovered) {
    float const y = at.y + size.y;
    list->AddLine({at.x, y}, {at.x + std::min(size.x, room), y}, theme.accent, 1);
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    if (size.x > room) tooltip_of_last(words);
  }
  ImGui::PopID();
  return clicked;
}

bool tab(char const* name, char const* words, bool chosen, Theme const& theme, std::string_view help) {
  ImVec2 const at = ImGui::GetCursorScreenPos();
  ImVec2 const size = measure(theme.fonts.strong, words);
  float const height = ImGui::GetFrameHeight();
  bool const clicked = ImGui::InvisibleButton(name, {size.x, height});
  ImU32 const colour = chosen || ImGui::IsItemHovered() ? theme.text : theme.text_faint;
  ImDrawList* list = ImGui::GetWindowDrawList();
  draw_text(list, theme.fonts.strong, {at.x, at.y + (height - size.y) / 2}, colour, words);
  float const line = 0.3F * theme.unit;
  if (chosen) list->AddRectFilled({at.x, at.y + height - line}, {at.x + size.x, at.y + height}, theme.accent, line / 2);
  tooltip_of_last(help);
  return clicked;
}

}  // namespace qs::gui
