#include "gui/draw/theme.hpp"

#include <algorithm>
#include <cmath>

namespace qs::gui {
namespace {

/// 0xRRGGBB, opaque.
constexpr ImU32 rgb(std::uint32_t value) {
  return 0xff000000U | ((value & 0xffU) << 16U) | (value & 0xff00U) | ((value >> 16U) & 0xffU);
}

constexpr std::uint32_t channel(ImU32 colour, unsigned shift) { return (colour >> shift) & 0xffU; }

Theme dark() {
  Theme theme;
  theme.window = rgb(0x0f1319);
  theme.panel = rgb(0x151a22);
  theme.card = rgb(0x1d242e);
  theme.card_hover = rgb(0x27303c);
  theme.inset = rgb(0x0b0e13);
  theme.line = rgb(0x262e39);
  theme.line_strong = rgb(0x46525f);
  theme.text = rgb(0xe8edf3);
  theme.text_soft = rgb(0xa9b4c2);
  theme.text_faint = rgb(0x8592a1);
  theme.accent = rgb(0x4fa8e8);
  theme.on_accent = rgb(0x07131d);
  theme.selection = rgb(0xffffff);
  theme.play_head = rgb(0xffffff);
  theme.warning = rgb(0xe9b23c);
  theme.error = rgb(0xff7a52);
  theme.success = rgb(0x35c79a);
  theme.tube = rgb(0x10202c);
  theme.tube_bytes = rgb(0x2a5f86);
  theme.arrow = rgb(0x7f8d9d);
  theme.sentinel = rgb(0xf0e442);
  theme.on_sentinel = rgb(0x1b1a05);
  theme.on_item = rgb(0x0b1016);
  theme.code_keyword = rgb(0x74b9f2);
  theme.code_string = rgb(0x8fcf9e);
  theme.code_comment = rgb(0x8592a1);
  theme.code_number = rgb(0xe7b46a);
  theme.code_line = rgb(0x202a36);
  theme.states = {rgb(0x7b8794), rgb(0x2fbf94), rgb(0x93a4c3), rgb(0xff7a45),
                  rgb(0x74bdf0), rgb(0x95a1b0), rgb(0xd98bbb)};
  theme.producers = {rgb(0x56b4e9), rgb(0xe69f00), rgb(0x44c1a3), rgb(0xd490b8),
                     rgb(0x8fa8ff), rgb(0xb7c24d), rgb(0xef9a86), rgb(0xb9a58a)};
  theme.read_lock = rgb(0x56b4e9);
  theme.write_lock = rgb(0xe69f00);
  theme.condition_lock = rgb(0xa8b84a);
  theme.lock_wait = rgb(0xc49a6c);
  return theme;
}

Theme light() {
  Theme theme;
  theme.mode = Theme::Mode::light;
  theme.window = rgb(0xe9edf2);
  theme.panel = rgb(0xf6f8fa);
  theme.card = rgb(0xffffff);
  theme.card_hover = rgb(0xedf2f7);
  theme.inset = rgb(0xeaeef3);
  theme.line = rgb(0xd8dee6);
  theme.line_strong = rgb(0x98a4b2);
  theme.text = rgb(0x17202b);
  theme.text_soft = rgb(0x465364);
  theme.text_faint = rgb(0x5a6878);
  theme.accent = rgb(0x0067a8);
  theme.on_accent = rgb(0xffffff);
  theme.selection = rgb(0x0b1622);
  theme.play_head = rgb(0x0b1622);
  theme.warning = rgb(0x8a5a00);
  theme.error = rgb(0xb84a00);
  theme.success = rgb(0x00755a);
  theme.tube = rgb(0xdfe9f1);
  theme.tube_bytes = rgb(0x9cc8e8);
  theme.arrow = rgb(0x68778a);
  theme.sentinel = rgb(0xf0e442);
  theme.on_sentinel = rgb(0x1b1a05);
  theme.on_item = rgb(0x0b1016);
  theme.code_keyword = rgb(0x0060a0);
  theme.code_string = rgb(0x1d6b3a);
  theme.code_comment = rgb(0x5a6878);
  theme.code_number = rgb(0x8a5200);
  theme.code_line = rgb(0xe3ebf3);
  theme.states = {rgb(0x8c98a6), rgb(0x009e73), rgb(0x5b6f95), rgb(0xd55e00),
                  rgb(0x2c8fcb), rgb(0x687584), rgb(0xa94f85)};
  theme.producers = {rgb(0x56b4e9), rgb(0xe69f00), rgb(0x3fb899), rgb(0xd490b8),
                     rgb(0x92a6f5), rgb(0xb2bc4a), rgb(0xee9a86), rgb(0xb9a58a)};
  theme.read_lock = rgb(0x0072b2);
  theme.write_lock = rgb(0xa86400);
  theme.condition_lock = rgb(0x68761a);
  theme.lock_wait = rgb(0x8a5f33);
  return theme;
}

double luminance(ImU32 colour) {
  auto linear = [&](unsigned shift) {
    double const part = channel(colour, shift) / 255.0;
    return part <= 0.03928 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(0) + 0.7152 * linear(8) + 0.0722 * linear(16);
}

}  // namespace

ImU32 Theme::lock(Resource resource) const {
  switch (resource) {
    case Resource::read_lock: return read_lock;
    case Resource::write_lock: return write_lock;
    case Resource::condition_lock: return condition_lock;
    default: return text_soft;
  }
}

Theme make_theme(Theme::Mode mode, float scale) {
  Theme theme = mode == Theme::Mode::dark ? dark() : light();
  theme.scale = std::clamp(scale, 0.7F, 2.5F);
  theme.unit = 8 * theme.scale;
  theme.rounding = 6 * theme.scale;
  return theme;
}

void apply_style(Theme const& theme) {
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle{};
  float const unit = theme.unit;
  style.WindowPadding = {1.5F * unit, unit};
  style.FramePadding = {unit, 0.55F * unit};
  style.ItemSpacing = {unit, 0.75F * unit};
  style.ItemInnerSpacing = {0.75F * unit, 0.5F * unit};
  style.CellPadding = {0.75F * unit, 0.35F * unit};
  style.IndentSpacing = 1.5F * unit;
  style.ScrollbarSize = 1.4F * unit;
  style.GrabMinSize = 1.5F * unit;
  style.WindowRounding = style.ChildRounding = style.PopupRounding = theme.rounding;
  style.FrameRounding = style.TabRounding = 0.8F * theme.rounding;
  style.GrabRounding = style.ScrollbarRounding = theme.rounding;
  style.WindowBorderSize = style.FrameBorderSize = style.ChildBorderSize = 0;
  style.PopupBorderSize = 1;
  style.DisabledAlpha = 0.45F;

  auto set = [&](ImGuiCol index, ImU32 colour) { style.Colors[index] = as_vector(colour); };
  set(ImGuiCol_Text, theme.text);
  set(ImGuiCol_TextDisabled, theme.text_faint);
  set(ImGuiCol_WindowBg, theme.panel);
  set(ImGuiCol_ChildBg, with_alpha(theme.panel, 0));
  set(ImGuiCol_PopupBg, theme.card);
  set(ImGuiCol_Border, theme.line_strong);
  float const tint = theme.mode == Theme::Mode::dark ? 0 : 0.04F;  // a faint field would vanish on a light card
  ImU32 const field = mix(theme.card, theme.text, 0.04F + 1.2F * tint);
  set(ImGuiCol_FrameBg, field);
  set(ImGuiCol_FrameBgHovered, mix(field, theme.text, 0.08F));
  set(ImGuiCol_FrameBgActive, mix(field, theme.text, 0.12F));
  set(ImGuiCol_ScrollbarBg, with_alpha(theme.panel, 0));
  set(ImGuiCol_ScrollbarGrab, with_alpha(theme.text, 0.18F));
  set(ImGuiCol_ScrollbarGrabHovered, with_alpha(theme.text, 0.3F));
  set(ImGuiCol_ScrollbarGrabActive, with_alpha(theme.text, 0.4F));
  set(ImGuiCol_CheckMark, theme.accent);
  set(ImGuiCol_SliderGrab, theme.accent);
  set(ImGuiCol_SliderGrabActive, mix(theme.accent, theme.text, 0.2F));
  set(ImGuiCol_Button, mix(theme.card, theme.text, 0.07F + tint));
  set(ImGuiCol_ButtonHovered, mix(theme.card, theme.text, 0.15F + tint));
  set(ImGuiCol_ButtonActive, mix(theme.card, theme.text, 0.22F + tint));
  set(ImGuiCol_Header, with_alpha(theme.accent, 0.22F));
  set(ImGuiCol_HeaderHovered, with_alpha(theme.text, 0.08F));
  set(ImGuiCol_HeaderActive, with_alpha(theme.accent, 0.32F));
  set(ImGuiCol_Separator, theme.line);
  set(ImGuiCol_Tab, with_alpha(theme.panel, 0));
  set(ImGuiCol_TabHovered, theme.card_hover);
  set(ImGuiCol_TabActive, theme.card);
  set(ImGuiCol_TableHeaderBg, theme.panel);
  set(ImGuiCol_TableBorderLight, theme.line);
  set(ImGuiCol_TableBorderStrong, theme.line);
  set(ImGuiCol_TextSelectedBg, with_alpha(theme.accent, 0.35F));
  set(ImGuiCol_NavHighlight, theme.accent);
  set(ImGuiCol_ModalWindowDimBg, with_alpha(theme.window, 0.6F));
}

ImU32 with_alpha(ImU32 colour, float alpha) {
  auto const old = static_cast<float>(channel(colour, 24));
  auto const now = static_cast<std::uint32_t>(std::lround(old * std::clamp(alpha, 0.F, 1.F)));
  return (colour & 0x00ffffffU) | (now << 24U);
}

ImU32 mix(ImU32 from, ImU32 to, float part) {
  ImU32 result = 0;
  for (unsigned shift = 0; shift < 32; shift += 8) {
    auto const a = static_cast<float>(channel(from, shift));
    auto const b = static_cast<float>(channel(to, shift));
    result |= static_cast<ImU32>(std::lround(a + (b - a) * std::clamp(part, 0.F, 1.F))) << shift;
  }
  return result;
}

ImVec4 as_vector(ImU32 colour) { return ImGui::ColorConvertU32ToFloat4(colour); }

double contrast(ImU32 one, ImU32 other) {
  double const a = luminance(one);
  double const b = luminance(other);
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

ImU32 ink_on(ImU32 fill, Theme const& theme) {
  ImU32 const white = rgb(0xffffff);
  return contrast(theme.on_item, fill) >= contrast(white, fill) ? theme.on_item : white;
}

ImVec2 measure(Font font, std::string_view text) {
  return font.face->CalcTextSizeA(font.size, 1e9F, 0, text.data(), text.data() + text.size());
}

void draw_text(ImDrawList* list, Font font, ImVec2 at, ImU32 colour, std::string_view text) {
  list->AddText(font.face, font.size, {std::floor(at.x), std::floor(at.y)}, colour, text.data(),
                text.data() + text.size());
}

void draw_text_within(ImDrawList* list, Font font, ImVec2 at, float width, ImU32 colour, std::string_view text) {
  if (measure(font, text).x <= width) return draw_text(list, font, at, colour, text);
  constexpr std::string_view ellipsis = "\u2026";
  float const room = width - measure(font, ellipsis).x;
  if (room <= 0) return;
  char const* end = nullptr;
  font.face->CalcTextSizeA(font.size, room, 0, text.data(), text.data() + text.size(), &end);
  std::string shown(text.data(), end);
  draw_text(list, font, at, colour, shown.append(ellipsis));
}

WithFont::WithFont(Font font) {
#if IMGUI_VERSION_NUM >= 19200
  ImGui::PushFont(font.face, font.size);
#else
  ImGui::PushFont(font.face);
#endif
}

WithFont::~WithFont() { ImGui::PopFont(); }

}  // namespace qs::gui
