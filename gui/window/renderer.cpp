#include <cstring>

#include <GL/gl.h>
#include <backends/imgui_impl_opengl3.h>

#include "gui/draw/theme.hpp"
#include "gui/window/window_backends.hpp"

namespace qs::gui {

Renderer::Renderer() {
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.ConfigWindowsMoveFromTitleBarOnly = true;
}

Renderer::~Renderer() { ImGui::DestroyContext(); }

void Renderer::start_opengl() {
  if (!ImGui_ImplOpenGL3_Init(glsl_version)) throw WindowError(no_opengl_sentence("its functions could not be loaded"));
  started_ = true;
}

void Renderer::stop_opengl() {
  if (started_) ImGui_ImplOpenGL3_Shutdown();
  started_ = false;
}

void Renderer::begin_frame() { ImGui_ImplOpenGL3_NewFrame(); }

void Renderer::draw(ImU32 background, int width, int height) {
  ImGui::Render();
  ImVec4 const colour = as_vector(background);
  glViewport(0, 0, width, height);
  glClearColor(colour.x, colour.y, colour.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

Picture Renderer::read(int width, int height) {
  Picture picture{width, height, {}};
  std::size_t const row = static_cast<std::size_t>(width) * 4;
  std::vector<unsigned char> upside_down(row * static_cast<std::size_t>(height));
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, upside_down.data());
  picture.bytes.resize(upside_down.size());
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    std::size_t const from = (static_cast<std::size_t>(height) - 1 - y) * row;
    std::memcpy(picture.bytes.data() + y * row, upside_down.data() + from, row);
  }
  for (std::size_t i = 3; i < picture.bytes.size(); i += 4) picture.bytes[i] = 255;
  return picture;
}

std::string no_display_sentence(std::string_view what_failed) {
  return "cannot open a window: no display (" + std::string(what_failed) +
         "); set DISPLAY or WAYLAND_DISPLAY, or use `queuescope run NAME` for a report in the terminal and "
         "`queuescope shot FILE` for a picture.";
}

std::string no_opengl_sentence(std::string_view what_failed) {
  return "cannot open a window: the display has no OpenGL 3 (" + std::string(what_failed) +
         "); try LIBGL_ALWAYS_SOFTWARE=1, the other backend (--backend sdl2 or glfw), or `queuescope shot FILE`.";
}

}  // namespace qs::gui
