// The command line. It does not know the window: whoever has one hands it in.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "sim/trace/trace.hpp"

namespace qs::cli {

/// What every command answers with.
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

/// How the window shall open.
struct ViewOptions {
  std::string file;                               ///< the trace to show; empty: the scenario browser
  std::string scenario;                           ///< selected in the browser; empty: none in particular
  std::map<std::string, std::string> parameters;  ///< of that scenario; those not named have their default
  bool run_now = false;                           ///< press Run at once
  bool autoplay = false;                          ///< play the trace at once
  // what is not given is as the window remembers it from the last time
  std::optional<Backend> backend;
  std::optional<ThemeChoice> theme;
  std::optional<double> font_scale;
  std::string report_file;  ///< the window writes down what it shows; for its tests
};

/// The stage as a picture, without a display.
struct ShotOptions {
  std::string file;
  Step step = no_step;  ///< no_step: the last one
  std::string output;
  std::uint32_t width = 1280;
  std::uint32_t height = 800;
  ThemeChoice theme = ThemeChoice::dark;
  double font_scale = 1.0;
};

/// What the window's layer can do; each returns an exit code and reports its own errors on stderr.
/// An empty function: this executable was built without it.
struct Windows {
  std::function<int(ViewOptions const&)> open;
  std::function<int(ShotOptions const&)> shot;
};

int main(int argc, char** argv, Windows const& windows);

}  // namespace qs::cli
