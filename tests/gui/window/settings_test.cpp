#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "gui/window/settings.hpp"

namespace {

using namespace qs::gui;

TEST_CASE("settings: round-trip through the file") {
  Settings settings;
  settings.theme = Theme::Mode::light;
  settings.backend = Backend::sdl2;
  settings.font_scale = 1.5F;
  settings.browser_open = false;
  settings.detail = qs::DetailLevel::acts;
  settings.stage_height = 0.4F;
  settings.width = 1920;
  Settings const again = parse_settings(to_text(settings));
  CHECK(to_text(again) == to_text(settings));
  CHECK(again.backend == Backend::sdl2);
  CHECK_FALSE(again.browser_open);
  CHECK(again.detail == qs::DetailLevel::acts);
}

TEST_CASE("settings: invalid entries are ignored") {
  Settings const settings =
      parse_settings("font_scale = 99\nwidth = many\n=\nbackend = \"vulkan\"\nno equals sign\nside_width = 0.4\n");
  CHECK(settings.font_scale == 1);
  CHECK(settings.width == Settings{}.width);
  CHECK(settings.backend == Backend::glfw);
  CHECK(settings.side_width == doctest::Approx(0.4F));
}

TEST_CASE("settings: a missing file gives the defaults, and saving creates its folder") {
  auto const folder = std::filesystem::temp_directory_path() / ("queuescope-settings-" + std::to_string(getpid()));
  auto const path = folder / "a" / "settings.toml";
  CHECK(to_text(load_settings(path)) == to_text(Settings{}));
  Settings settings;
  settings.font_scale = 2;
  save_settings(settings, path);
  CHECK(load_settings(path).font_scale == 2);
  save_settings(settings, {});
  std::filesystem::remove_all(folder);
}

}  // namespace
