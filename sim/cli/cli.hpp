// The command line. It does not depend on the window: the executable that has one passes it in.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "sim/trace/trace.hpp"

namespace qs::cli {

/// The exit code of every command.
enum ExitCode : int {
  exit_finished = 0,
  exit_failed = 1,
  exit_wrong_usage = 2,
  exit_stuck = 3,          ///< deadlocked or timed out; the diagnosis has been printed
  exit_no_output = 4,      ///< the output could not be written
  exit_no_grade = 5,       ///< the grader itself failed, and says nothing of the program
  exit_interrupted = 130,  ///< stopped by SIGINT, as a shell would report it
};

enum class Backend : std::uint8_t { glfw, sdl2 };
enum class ThemeChoice : std::uint8_t { dark, light };

/// How to open the window.
struct ViewOptions {
  std::string file;                               ///< the trace to show; empty: the scenario browser
  std::string scenario;                           ///< selected in the browser; empty: none in particular
  std::map<std::string, std::string> parameters;  ///< of that scenario; the others have their defaults
  std::optional<std::string> lesson;              ///< open the lessons; "": on their list
  bool run_now = false;                           ///< press Run at once
  bool autoplay = false;                          ///< play the trace at once
  // What is not given is taken from the window's saved settings.
  std::optional<Backend> backend;
  std::optional<ThemeChoice> theme;
  std::optional<double> font_scale;
  std::string report_file;  ///< where the window writes what it shows, for its tests
};

/// A picture of the stage, drawn without a display.
struct ShotOptions {
  std::string file;
  Step step = no_step;  ///< no_step: the last one
  std::string output;
  std::uint32_t width = 1280;
  std::uint32_t height = 800;
  ThemeChoice theme = ThemeChoice::dark;
  double font_scale = 1.0;
};

enum class SlideFormat : std::uint8_t { gif, webm, strip, svg };

/// Pictures of a range of steps for slides, drawn without a display.
struct SlideOptions {
  std::string file;
  std::string output;
  SlideFormat format = SlideFormat::gif;
  Step from = 0;
  Step to = no_step;  ///< included; no_step: the last one
  std::uint32_t width = 1280;
  std::uint32_t height = 720;
  ThemeChoice theme = ThemeChoice::light;
  double font_scale = 1.25;  ///< letters for a projector
  double seconds = 1.0;      ///< for which a step is shown
};

/// What the GUI provides; each function returns an exit code and reports its own errors on stderr. A function is empty
/// when the executable was built without it.
struct Windows {
  std::function<int(ViewOptions const&)> open;
  std::function<int(ShotOptions const&)> shot;
  std::function<int(SlideOptions const&)> slides;
};

int main(int argc, char** argv, Windows const& windows);

}  // namespace qs::cli
