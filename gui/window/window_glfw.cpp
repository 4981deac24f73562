#include <map>

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>

#include "gui/window/window_backends.hpp"

namespace qs::gui {
namespace {

std::string last_error() {
  char const* words = nullptr;
  glfwGetError(&words);
  return words ? words : "GLFW reported no reason";
}

Key key_of(int code) {
  static std::map<int, Key> const keys{
      {GLFW_KEY_LEFT, Key::left},       {GLFW_KEY_RIGHT, Key::right},
      {GLFW_KEY_UP, Key::up},           {GLFW_KEY_DOWN, Key::down},
      {GLFW_KEY_HOME, Key::home},       {GLFW_KEY_END, Key::end},
      {GLFW_KEY_PAGE_UP, Key::page_up}, {GLFW_KEY_PAGE_DOWN, Key::page_down},
      {GLFW_KEY_TAB, Key::tab},         {GLFW_KEY_ENTER, Key::enter},
      {GLFW_KEY_KP_ENTER, Key::enter},  {GLFW_KEY_ESCAPE, Key::escape},
      {GLFW_KEY_F1, Key::f1},           {GLFW_KEY_F2, Key::f2},
      {GLFW_KEY_F3, Key::f3},           {GLFW_KEY_F4, Key::f4},
      {GLFW_KEY_F5, Key::f5},           {GLFW_KEY_F6, Key::f6},
      {GLFW_KEY_F7, Key::f7},           {GLFW_KEY_F11, Key::f11},
  };
  auto found = keys.find(code);
  return found == keys.end() ? Key::none : found->second;
}

/// GLFW itself is started before the window and ended after it, whatever happens in between.
struct Library {
  Library() {
    if (!glfwInit()) throw WindowError(no_display_sentence(last_error()));
  }
  ~Library() { glfwTerminate(); }
  Library(Library const&) = delete;
  Library& operator=(Library const&) = delete;
};

class GlfwWindow final : public Window {
 public:
  explicit GlfwWindow(WindowOptions const& options) {
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 0);
    glfwWindowHintString(GLFW_X11_CLASS_NAME, "queuescope");
    window_ = glfwCreateWindow(options.width, options.height, options.title.c_str(), nullptr, nullptr);
    if (!window_) throw WindowError(no_opengl_sentence(last_error()));
    glfwSetWindowUserPointer(window_, this);
    glfwMakeContextCurrent(window_);
    glfwSwapInterval(1);
    listen();
    ImGui_ImplGlfw_InitForOpenGL(window_, true);  // chains to the callbacks set above
    try {
      renderer_.start_opengl();
    } catch (WindowError const&) {
      close();
      throw;
    }
  }

  ~GlfwWindow() override { close(); }

  void wait(double seconds) override {
    if (seconds > 0) {
      glfwWaitEventsTimeout(seconds);
    } else {
      glfwPollEvents();
    }
  }

  bool should_close() const override { return glfwWindowShouldClose(window_); }

  void begin_frame() override {
    renderer_.begin_frame();
    ImGui_ImplGlfw_NewFrame();
    ImGui::NewFrame();
  }

  void end_frame(ImU32 background) override {
    glfwGetFramebufferSize(window_, &width_, &height_);
    renderer_.draw(background, width_, height_);
    glfwSwapBuffers(window_);
  }

  void title(std::string const& text) override { glfwSetWindowTitle(window_, text.c_str()); }

  void full_screen(bool wanted) override {
    GLFWmonitor* const monitor = glfwGetPrimaryMonitor();
    GLFWvidmode const* const mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
    if (!mode || wanted == (glfwGetWindowMonitor(window_) != nullptr)) return;
    if (wanted) {
      glfwGetWindowPos(window_, &windowed_.x, &windowed_.y);
      glfwGetWindowSize(window_, &windowed_.width, &windowed_.height);
      glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
    } else {
      glfwSetWindowMonitor(window_, nullptr, windowed_.x, windowed_.y, windowed_.width, windowed_.height, 0);
    }
  }

  float density() const override {
    float x = 1;
    float y = 1;
    glfwGetWindowContentScale(window_, &x, &y);
    return x;
  }

  Picture picture() const override { return Renderer::read(width_, height_); }

 private:
  static GlfwWindow& self(GLFWwindow* window) { return *static_cast<GlfwWindow*>(glfwGetWindowUserPointer(window)); }

  void listen() {
    glfwSetKeyCallback(window_, [](GLFWwindow* w, int key, int scancode, int action, int mods) {
      self(w).on_key(key, scancode, action, mods);
    });
    glfwSetCharCallback(window_, [](GLFWwindow* w, unsigned character) {
      self(w).press({.key = Key::character, .character = character});
    });
    glfwSetDropCallback(window_, [](GLFWwindow* w, int count, char const** paths) {
      self(w).input_.anything = true;
      self(w).input_.dropped_files.insert(self(w).input_.dropped_files.end(), paths, paths + count);
    });
    glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int, int action, int) {
      self(w).touch();
      self(w).input_.pressed |= action == GLFW_PRESS;
    });
    glfwSetCursorPosCallback(window_, [](GLFWwindow* w, double, double) { self(w).touch(); });
    glfwSetScrollCallback(window_, [](GLFWwindow* w, double, double) { self(w).touch(); });
    glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int) { self(w).touch(); });
    glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int) { self(w).touch(); });
    glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* w, int, int) { self(w).touch(); });
    glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { self(w).touch(); });
  }

  void touch() { input_.anything = true; }

  void press(KeyPress press) {
    touch();
    input_.keys.push_back(press);
  }

  void on_key(int code, int scancode, int action, int mods) {
    touch();
    if (action == GLFW_RELEASE) return;
    bool const shift = (mods & GLFW_MOD_SHIFT) != 0;
    bool const control = (mods & GLFW_MOD_CONTROL) != 0;
    if (Key const key = key_of(code); key != Key::none) {
      press({.key = key, .shift = shift, .control = control});
    } else if (char const* label = control ? glfwGetKeyName(code, scancode) : nullptr; label && !label[1]) {
      press({.key = Key::character, .character = static_cast<unsigned char>(label[0]), .control = true});
    }
  }

  void close() {
    if (!window_) return;
    if (ImGui::GetIO().BackendPlatformUserData) ImGui_ImplGlfw_Shutdown();
    renderer_.stop_opengl();
    glfwDestroyWindow(window_);
    window_ = nullptr;
  }

  Library library_;
  Renderer renderer_;
  GLFWwindow* window_ = nullptr;
  struct {
    int x = 0, y = 0, width = 1280, height = 800;
  } windowed_;  ///< where the window was before it filled the screen
  int width_ = 0, height_ = 0;
};

}  // namespace

std::unique_ptr<Window> open_glfw(WindowOptions const& options) { return std::make_unique<GlfwWindow>(options); }

}  // namespace qs::gui
