// The persistent settings of the window: a few `key = value` lines in
// $XDG_CONFIG_HOME/queuescope/settings.toml.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "gui/draw/theme.hpp"
#include "gui/window/window.hpp"
#include "sim/text/caption.hpp"

namespace qs::gui {

struct Settings {
  Theme::Mode theme = Theme::Mode::dark;
  float font_scale = 1;
  Backend backend = Backend::glfw;
  int width = 1280, height = 800;
  DetailLevel detail = DetailLevel::steps;  ///< what one step forward is, and what the caption tells
  bool browser_open = true;
  // parts of the window, 0..1
  float browser_width = 0.215F;
  float side_width = 0.29F;
  float stage_height = 0.62F;
  float events_height = 0.40F;
};

/// Lines that are not understood are passed over; values out of range keep their default.
Settings parse_settings(std::string_view text);
std::string to_text(Settings const&);

/// Empty where neither XDG_CONFIG_HOME nor HOME is set: then nothing is remembered.
std::filesystem::path settings_path();
Settings load_settings(std::filesystem::path const&);
/// Replaces the file atomically; errors are ignored and leave the old file.
void save_settings(Settings const&, std::filesystem::path const&);

}  // namespace qs::gui
