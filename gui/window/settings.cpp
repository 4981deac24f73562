#include "gui/window/settings.hpp"

#include "sim/base/names.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

namespace qs::gui {
namespace {

constexpr std::string_view blanks = " \t\r\"";

void read_number(std::string const& text, float lowest, float highest, float& into) {
  char* end = nullptr;
  float const value = std::strtof(text.c_str(), &end);
  if (end != text.c_str() && value >= lowest && value <= highest) into = value;
}

void read_number(std::string const& text, int lowest, int highest, int& into) {
  auto value = static_cast<float>(into);
  read_number(text, static_cast<float>(lowest), static_cast<float>(highest), value);
  into = static_cast<int>(value);
}

void take(Settings& settings, std::string_view key, std::string const& value) {
  if (key == "theme") settings.theme = value == "light" ? Theme::Mode::light : Theme::Mode::dark;
  if (key == "backend") settings.backend = backend_of(value).value_or(settings.backend);
  if (key == "browser_open") settings.browser_open = value != "false";
  if (key == "detail") settings.detail = value == "acts" ? DetailLevel::acts : DetailLevel::steps;
  if (key == "font_scale") read_number(value, 0.7F, 2.5F, settings.font_scale);
  if (key == "width") read_number(value, 640, 16384, settings.width);
  if (key == "height") read_number(value, 480, 16384, settings.height);
  if (key == "browser_width") read_number(value, 0.05F, 0.9F, settings.browser_width);
  if (key == "side_width") read_number(value, 0.05F, 0.9F, settings.side_width);
  if (key == "stage_height") read_number(value, 0.05F, 0.95F, settings.stage_height);
  if (key == "events_height") read_number(value, 0.05F, 0.95F, settings.events_height);
}

}  // namespace

Settings parse_settings(std::string_view text) {
  Settings settings;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    auto const equals = line.find('=');
    if (equals == std::string::npos) continue;
    std::string_view const view = line;
    take(settings, trimmed(view.substr(0, equals), blanks), std::string(trimmed(view.substr(equals + 1), blanks)));
  }
  return settings;
}

std::string to_text(Settings const& s) {
  return fmt::format(
      "theme = \"{}\"\nbackend = \"{}\"\nfont_scale = {:.2f}\nwidth = {}\nheight = {}\nbrowser_open = {}\n"
      "detail = \"{}\"\n"
      "browser_width = {:.4f}\nside_width = {:.4f}\nstage_height = {:.4f}\nevents_height = {:.4f}\n",
      s.theme == Theme::Mode::light ? "light" : "dark", name(s.backend), s.font_scale, s.width, s.height,
      s.browser_open, s.detail == DetailLevel::acts ? "acts" : "steps", s.browser_width, s.side_width, s.stage_height,
      s.events_height);
}

std::filesystem::path settings_path() {
  std::filesystem::path folder;
  if (char const* config = std::getenv("XDG_CONFIG_HOME"); config && *config == '/') {
    folder = config;
  } else if (char const* home = std::getenv("HOME"); home && *home == '/') {
    folder = std::filesystem::path(home) / ".config";
  } else {
    return {};
  }
  return folder / "queuescope" / "settings.toml";
}

Settings load_settings(std::filesystem::path const& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return parse_settings(text.str());
}

void save_settings(Settings const& settings, std::filesystem::path const& path) {
  if (path.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  std::filesystem::path const fresh = path.string() + ".new";
  {
    std::ofstream file(fresh);
    file << to_text(settings);
    if (!file.flush()) return;
  }
  std::filesystem::rename(fresh, path, ignored);
}

}  // namespace qs::gui
