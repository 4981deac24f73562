#include "gui/web/web_window.hpp"

#include <emscripten/emscripten.h>
#include <emscripten/html5.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "gui/window/window_backends.hpp"

namespace qs::gui {
namespace {

// clang-format off
EM_JS(void, show_cursor, (int cursor), {
  document.getElementById('stage').style.cursor =
      ['default', 'text', 'move', 'ns-resize', 'ew-resize', 'nesw-resize', 'nwse-resize', 'pointer', 'not-allowed'][cursor] || 'default';
});
// clang-format on

constexpr char canvas[] = "#stage";
constexpr auto no_key = static_cast<ImGuiKey>(-1);

Key key_of(std::string_view name) {
  static std::map<std::string_view, Key> const keys{
      {"ArrowLeft", Key::left}, {"ArrowRight", Key::right},
      {"ArrowUp", Key::up},     {"ArrowDown", Key::down},
      {"Home", Key::home},      {"End", Key::end},
      {"PageUp", Key::page_up}, {"PageDown", Key::page_down},
      {"Tab", Key::tab},        {"Enter", Key::enter},
      {"Escape", Key::escape},  {"F1", Key::f1},
      {"F2", Key::f2},          {"F3", Key::f3},
      {"F4", Key::f4},          {"F7", Key::f7},
  };
  auto const found = keys.find(name);
  return found == keys.end() ? Key::none : found->second;
}

/// What ImGui's text fields need.
ImGuiKey edit_key_of(std::string_view name) {
  static std::map<std::string_view, ImGuiKey> const keys{
      {"Backspace", ImGuiKey_Backspace},
      {"Delete", ImGuiKey_Delete},
      {"ArrowLeft", ImGuiKey_LeftArrow},
      {"ArrowRight", ImGuiKey_RightArrow},
      {"ArrowUp", ImGuiKey_UpArrow},
      {"ArrowDown", ImGuiKey_DownArrow},
      {"Home", ImGuiKey_Home},
      {"End", ImGuiKey_End},
      {"Enter", ImGuiKey_Enter},
      {"Escape", ImGuiKey_Escape},
      {"Tab", ImGuiKey_Tab},
      {"a", ImGuiKey_A},
  };
  auto const found = keys.find(name);
  return found == keys.end() ? no_key : found->second;
}

// From 1.87 on, ImGui is told of keys by events.
#if IMGUI_VERSION_NUM >= 18900
void map_keys() {}
void set_key(ImGuiKey key, bool down) { ImGui::GetIO().AddKeyEvent(key, down); }
void set_modifiers(bool shift, bool control) {
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Shift, shift);
  ImGui::GetIO().AddKeyEvent(ImGuiMod_Ctrl, control);
}
void let_go_of_keys() { ImGui::GetIO().ClearInputKeys(); }
#else
void map_keys() {
  ImGuiIO& io = ImGui::GetIO();
  for (int key = 0; key < ImGuiKey_COUNT; ++key) io.KeyMap[key] = key;
}
void set_key(ImGuiKey key, bool down) { ImGui::GetIO().KeysDown[key] = down; }
void set_modifiers(bool shift, bool control) {
  ImGui::GetIO().KeyShift = shift;
  ImGui::GetIO().KeyCtrl = control;
}
void let_go_of_keys() {
  ImGuiIO& io = ImGui::GetIO();
  std::fill(std::begin(io.KeysDown), std::end(io.KeysDown), false);
}
#endif

/// The one character that a key's name consists of; 0 for "Shift" and its like.
char32_t character_of(std::string_view name) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(name[i]); };
  std::size_t const length = name.empty() ? 0 : byte(0) < 0x80 ? 1 : byte(0) < 0xe0 ? 2 : byte(0) < 0xf0 ? 3 : 4;
  if (length == 0 || name.size() != length) return 0;
  if (length == 1) return byte(0);
  char32_t character = byte(0) & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) character = character << 6 | (byte(i) & 0x3fU);
  return character;
}

class Canvas final : public Window {
 public:
  Canvas() {
    EmscriptenWebGLContextAttributes wanted;
    emscripten_webgl_init_context_attributes(&wanted);
    wanted.majorVersion = 2;
    wanted.antialias = false;
    wanted.preserveDrawingBuffer = true;  // a frame is drawn only when something has changed
    context_ = emscripten_webgl_create_context(canvas, &wanted);
    if (context_ <= 0) throw WindowError("this browser has no WebGL 2; open the page in a current browser");
    emscripten_webgl_make_context_current(context_);
    renderer_.start_opengl();
    ImGuiIO& io = ImGui::GetIO();
    io.BackendFlags |= ImGuiBackendFlags_HasMouseCursors;
    map_keys();
    listen();
  }

  void wait(double) override {}
  bool should_close() const override { return false; }

  void begin_frame() override {
    renderer_.begin_frame();
    double width = 0, height = 0;
    emscripten_get_element_css_size(canvas, &width, &height);
    width_ = std::max(static_cast<int>(std::lround(width * density())), 1);
    height_ = std::max(static_cast<int>(std::lround(height * density())), 1);
    int old_width = 0, old_height = 0;
    emscripten_get_canvas_element_size(canvas, &old_width, &old_height);
    if (old_width != width_ || old_height != height_) emscripten_set_canvas_element_size(canvas, width_, height_);
    ImGuiIO& io = ImGui::GetIO();
    io.DisplaySize = {static_cast<float>(width_), static_cast<float>(height_)};
    double const now = emscripten_get_now();
    io.DeltaTime = std::clamp(static_cast<float>((now - last_frame_) / 1000), 1e-4F, 0.1F);
    last_frame_ = now;
    // A press and its release between two frames are a click all the same.
    for (int i = 0; i < 2; ++i) {
      io.MouseDown[i] = down_[i] || pressed_[i];
      pressed_[i] = false;
    }
    ImGui::NewFrame();
  }

  void end_frame(ImU32 background) override {
    renderer_.draw(background, width_, height_);
    ImGuiMouseCursor const cursor = ImGui::GetMouseCursor();
    if (cursor == cursor_) return;
    cursor_ = cursor;
    show_cursor(cursor);
  }

  void title(std::string const&) override {}
  void full_screen(bool) override {}
  float density() const override { return static_cast<float>(emscripten_get_device_pixel_ratio()); }
  Picture picture() const override { return Renderer::read(width_, height_); }

 private:
  static Canvas& self(void* user) { return *static_cast<Canvas*>(user); }

  void listen() {
    auto const mouse = [](int type, EmscriptenMouseEvent const* event, void* user) -> EM_BOOL {
      return self(user).on_mouse(type, *event);
    };
    emscripten_set_mousemove_callback(EMSCRIPTEN_EVENT_TARGET_WINDOW, this, false, mouse);
    emscripten_set_mousedown_callback(canvas, this, false, mouse);
    emscripten_set_mouseup_callback(EMSCRIPTEN_EVENT_TARGET_WINDOW, this, false, mouse);
    emscripten_set_mouseleave_callback(canvas, this, false, mouse);
    emscripten_set_wheel_callback(
        canvas, this, false, [](int, EmscriptenWheelEvent const* event, void* user) -> EM_BOOL {
          float const lines = event->deltaMode == DOM_DELTA_PIXEL ? 100 : event->deltaMode == DOM_DELTA_LINE ? 3 : 1;
          ImGui::GetIO().MouseWheel -= static_cast<float>(event->deltaY) / lines;
          ImGui::GetIO().MouseWheelH += static_cast<float>(event->deltaX) / lines;
          self(user).touch();
          return true;
        });
    auto const touch = [](int type, EmscriptenTouchEvent const* event, void* user) -> EM_BOOL {
      return self(user).on_touch(type, *event);
    };
    emscripten_set_touchstart_callback(canvas, this, false, touch);
    emscripten_set_touchmove_callback(canvas, this, false, touch);
    emscripten_set_touchend_callback(canvas, this, false, touch);
    emscripten_set_touchcancel_callback(canvas, this, false, touch);
    auto const key = [](int type, EmscriptenKeyboardEvent const* event, void* user) -> EM_BOOL {
      return self(user).on_key(type, *event);
    };
    emscripten_set_keydown_callback(EMSCRIPTEN_EVENT_TARGET_WINDOW, this, false, key);
    emscripten_set_keyup_callback(EMSCRIPTEN_EVENT_TARGET_WINDOW, this, false, key);
    emscripten_set_resize_callback(EMSCRIPTEN_EVENT_TARGET_WINDOW, this, false,
                                   [](int, EmscriptenUiEvent const*, void* user) -> EM_BOOL {
                                     self(user).touch();
                                     return false;
                                   });
    emscripten_set_blur_callback(EMSCRIPTEN_EVENT_TARGET_WINDOW, this, false,
                                 [](int, EmscriptenFocusEvent const*, void* user) -> EM_BOOL {
                                   self(user).let_go();
                                   return false;
                                 });
  }

  void touch() { input_.anything = true; }

  void let_go() {
    std::fill(std::begin(down_), std::end(down_), false);
    let_go_of_keys();
    touch();
  }

  void point(double x, double y) {
    ImGui::GetIO().MousePos = {static_cast<float>(x) * density(), static_cast<float>(y) * density()};
  }

  bool on_mouse(int type, EmscriptenMouseEvent const& event) {
    touch();
    if (type == EMSCRIPTEN_EVENT_MOUSELEAVE) {
      if (!down_[0]) ImGui::GetIO().MousePos = {-1e9F, -1e9F};
      return false;
    }
    point(event.clientX, event.clientY);
    int const button = event.button == 2 ? 1 : 0;
    if (type == EMSCRIPTEN_EVENT_MOUSEDOWN) {
      down_[button] = pressed_[button] = true;
      input_.pressed = true;
    }
    if (type == EMSCRIPTEN_EVENT_MOUSEUP) down_[button] = false;
    return false;
  }

  bool on_touch(int type, EmscriptenTouchEvent const& event) {
    touch();
    if (event.numTouches != 1) {
      down_[0] = false;
      return true;
    }
    point(event.touches[0].clientX, event.touches[0].clientY);
    bool const begins = type == EMSCRIPTEN_EVENT_TOUCHSTART;
    down_[0] = begins || type == EMSCRIPTEN_EVENT_TOUCHMOVE;
    if (begins) pressed_[0] = input_.pressed = true;
    return true;
  }

  /// True: the browser does nothing with the key. Its own shortcuts stay its own.
  bool on_key(int type, EmscriptenKeyboardEvent const& event) {
    touch();
    std::string_view const name = event.key;
    ImGuiIO& io = ImGui::GetIO();
    set_modifiers(event.shiftKey != 0, event.ctrlKey != 0);
    bool const pressed = type == EMSCRIPTEN_EVENT_KEYDOWN;
    if (ImGuiKey const edit = edit_key_of(name); edit != no_key) set_key(edit, pressed);
    if (!pressed || event.altKey || event.metaKey) return false;
    if (Key const key = key_of(name); key != Key::none) {
      input_.keys.push_back({.key = key, .shift = event.shiftKey != 0, .control = event.ctrlKey != 0});
      return true;
    }
    char32_t const character = character_of(name);
    if (character == 0) return name == "Backspace";
    if (event.ctrlKey) {
      if (character != 'f') return character == 'a' && io.WantTextInput;
      input_.keys.push_back({.key = Key::character, .character = 'f', .control = true});
      return true;
    }
    io.AddInputCharacter(character);
    input_.keys.push_back({.key = Key::character, .character = character});
    return true;
  }

  Renderer renderer_;
  EMSCRIPTEN_WEBGL_CONTEXT_HANDLE context_ = 0;
  bool down_[2] = {}, pressed_[2] = {};
  int width_ = 1, height_ = 1;
  double last_frame_ = 0;
  ImGuiMouseCursor cursor_ = ImGuiMouseCursor_Arrow;
};

}  // namespace

std::unique_ptr<Window> open_canvas() { return std::make_unique<Canvas>(); }

}  // namespace qs::gui
