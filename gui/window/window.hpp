// A window with an OpenGL context and ImGui in it. Two implementations, window_glfw.cpp and window_sdl.cpp;
// both are also tested by tests/gui/window_test.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <imgui.h>

#include "gui/window/keys.hpp"

namespace qs::gui {

enum class Backend : std::uint8_t { glfw, sdl2 };

/// The backend of that name; nothing for an unknown one.
std::optional<Backend> backend_of(std::string_view name);
char const* name(Backend backend);

/// A window could not be opened. Its text is one sentence with the remedy.
struct WindowError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What happened since it was last taken.
struct Input {
  bool anything = false;  ///< draw again
  bool pressed = false;   ///< a mouse button went down
  std::vector<KeyPress> keys;
  std::vector<std::string> dropped_files;
};

/// Rows from top to bottom, four bytes a pixel: red, green, blue, alpha.
struct Picture {
  int width = 0, height = 0;
  std::vector<unsigned char> bytes;
};

class Window {
 public:
  virtual ~Window() = default;
  Window(Window const&) = delete;
  Window& operator=(Window const&) = delete;

  /// Sleeps until something happens, at most that long; 0 only looks.
  virtual void wait(double seconds) = 0;
  virtual bool should_close() const = 0;
  virtual void begin_frame() = 0;
  /// Renders and shows what ImGui was given since begin_frame.
  virtual void end_frame(ImU32 background) = 0;
  virtual void title(std::string const& text) = 0;
  virtual void full_screen(bool wanted) = 0;
  /// Pixels of the screen for each unit of length; 1 on a usual screen.
  virtual float density() const = 0;
  /// The frame that end_frame drew last.
  virtual Picture picture() const = 0;

  Input take_input();
  /// The renderer takes over a changed font atlas at the next frame.
  static void fonts_changed();

 protected:
  Window() = default;
  Input input_;
};

struct WindowOptions {
  Backend backend = Backend::glfw;
  int width = 1280, height = 800;
  std::string title = "Queuescope";
};

/// Throws WindowError.
std::unique_ptr<Window> open_window(WindowOptions const& options);
/// An offscreen window, which needs no display. Throws WindowError.
std::unique_ptr<Window> open_offscreen(int width, int height);

}  // namespace qs::gui
