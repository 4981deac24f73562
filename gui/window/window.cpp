#include "gui/window/window.hpp"

#include <utility>

#include <backends/imgui_impl_opengl3.h>

#include "gui/window/window_backends.hpp"

namespace qs::gui {

std::optional<Backend> backend_of(std::string_view name) {
  if (name == "glfw") return Backend::glfw;
  if (name == "sdl2") return Backend::sdl2;
  return std::nullopt;
}

char const* name(Backend backend) { return backend == Backend::glfw ? "glfw" : "sdl2"; }

Input Window::take_input() { return std::exchange(input_, Input{}); }

void Window::fonts_changed() {
#if IMGUI_VERSION_NUM < 19200
  ImGui_ImplOpenGL3_DestroyFontsTexture();
  ImGui_ImplOpenGL3_CreateFontsTexture();
#endif
}

std::unique_ptr<Window> open_window(WindowOptions const& options) {
  return options.backend == Backend::glfw ? open_glfw(options) : open_sdl(options, Visible::yes);
}

std::unique_ptr<Window> open_offscreen(int width, int height) {
  return open_sdl({.backend = Backend::sdl2, .width = width, .height = height}, Visible::no);
}

}  // namespace qs::gui
