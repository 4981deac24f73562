// What only window.cpp and the two implementations of Window share.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "gui/window/window.hpp"

namespace qs::gui {

enum class Visible : std::uint8_t { no, yes };

std::unique_ptr<Window> open_glfw(WindowOptions const& options);
std::unique_ptr<Window> open_sdl(WindowOptions const& options, Visible visible);

/// ImGui's context and its OpenGL renderer; the window's own context must be current.
class Renderer {
 public:
  Renderer();
  ~Renderer();
  Renderer(Renderer const&) = delete;
  Renderer& operator=(Renderer const&) = delete;

  void start_opengl();
  void stop_opengl();  ///< while the window's context is still there
  void begin_frame();
  void draw(ImU32 background, int width, int height);
  static Picture read(int width, int height);

 private:
  bool started_ = false;
};

/// The error text for a missing display, or one without working OpenGL.
std::string no_display_sentence(std::string_view what_failed);
std::string no_opengl_sentence(std::string_view what_failed);
#ifdef __EMSCRIPTEN__
inline constexpr char glsl_version[] = "#version 300 es";  // WebGL 2
#else
inline constexpr char glsl_version[] = "#version 130";
#endif

}  // namespace qs::gui
