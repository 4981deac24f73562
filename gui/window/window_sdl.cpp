#include <cstdlib>
#include <map>
#include <string>

#include <SDL.h>
#if __has_include(<backends/imgui_impl_sdl2.h>)
#include <backends/imgui_impl_sdl2.h>
#else
#include <backends/imgui_impl_sdl.h>
#endif

#include "gui/window/window_backends.hpp"

namespace qs::gui {
namespace {

Key key_of(SDL_Keycode code) {
  static std::map<SDL_Keycode, Key> const keys{
      {SDLK_LEFT, Key::left}, {SDLK_RIGHT, Key::right},  {SDLK_UP, Key::up},          {SDLK_DOWN, Key::down},
      {SDLK_HOME, Key::home}, {SDLK_END, Key::end},      {SDLK_PAGEUP, Key::page_up}, {SDLK_PAGEDOWN, Key::page_down},
      {SDLK_TAB, Key::tab},   {SDLK_RETURN, Key::enter}, {SDLK_KP_ENTER, Key::enter}, {SDLK_ESCAPE, Key::escape},
      {SDLK_F1, Key::f1},     {SDLK_F2, Key::f2},        {SDLK_F3, Key::f3},          {SDLK_F4, Key::f4},
      {SDLK_F5, Key::f5},     {SDLK_F6, Key::f6},        {SDLK_F7, Key::f7},          {SDLK_F11, Key::f11},
  };
  auto found = keys.find(code);
  return found == keys.end() ? Key::none : found->second;
}

/// The first character of a UTF-8 text.
char32_t first_character(char const* text) {
  unsigned character = 0;
  auto const* bytes = reinterpret_cast<unsigned char const*>(text);
  if (bytes[0] < 0x80) return bytes[0];
  int const more = bytes[0] >= 0xf0 ? 3 : bytes[0] >= 0xe0 ? 2 : 1;
  character = bytes[0] & (0x3fU >> static_cast<unsigned>(more));
  for (int i = 1; i <= more && bytes[i]; ++i) character = (character << 6U) | (bytes[i] & 0x3fU);
  return character;
}

struct Library {
  explicit Library(Visible visible) {
    if (visible == Visible::no) SDL_SetHint(SDL_HINT_VIDEODRIVER, "offscreen");
    SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
    if (SDL_Init(SDL_INIT_VIDEO) != 0) {
      throw WindowError(visible == Visible::yes ? no_display_sentence(SDL_GetError())
                                                : no_opengl_sentence(SDL_GetError()));
    }
    std::string const driver = SDL_GetCurrentVideoDriver();  // SDL falls back to drivers that show nothing
    if (visible == Visible::yes && (driver == "offscreen" || driver == "dummy" || driver == "evdev")) {
      SDL_Quit();
      throw WindowError(no_display_sentence("SDL found only its driver \"" + driver + "\""));
    }
  }
  ~Library() { SDL_Quit(); }
  Library(Library const&) = delete;
  Library& operator=(Library const&) = delete;
};

class SdlWindow final : public Window {
 public:
  SdlWindow(WindowOptions const& options, Visible visible) : library_(visible) {
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MAJOR_VERSION, 3);
    SDL_GL_SetAttribute(SDL_GL_CONTEXT_MINOR_VERSION, 0);
    SDL_GL_SetAttribute(SDL_GL_DOUBLEBUFFER, 1);
    Uint32 flags = SDL_WINDOW_OPENGL | SDL_WINDOW_RESIZABLE;
    if (visible == Visible::yes) flags |= SDL_WINDOW_ALLOW_HIGHDPI;
    window_ = SDL_CreateWindow(options.title.c_str(), SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, options.width,
                               options.height, flags);
    context_ = window_ ? SDL_GL_CreateContext(window_) : nullptr;
    if (!context_) {
      std::string const reason = SDL_GetError();
      close();
      throw WindowError(no_opengl_sentence(reason));
    }
    SDL_GL_MakeCurrent(window_, context_);
    SDL_GL_SetSwapInterval(1);
    SDL_StartTextInput();
    ImGui_ImplSDL2_InitForOpenGL(window_, context_);
    try {
      renderer_.start_opengl();
    } catch (WindowError const&) {
      close();
      throw;
    }
  }

  ~SdlWindow() override { close(); }

  void wait(double seconds) override {
    SDL_Event event;
    if (seconds > 0) {
      if (!SDL_WaitEventTimeout(&event, static_cast<int>(seconds * 1000))) return;
      handle(event);
    }
    while (SDL_PollEvent(&event)) handle(event);
  }

  bool should_close() const override { return should_close_; }

  void begin_frame() override {
    renderer_.begin_frame();
    ImGui_ImplSDL2_NewFrame();
    take_pointer();
    ImGui::NewFrame();
  }

  void end_frame(ImU32 background) override {
    SDL_GL_GetDrawableSize(window_, &width_, &height_);
    renderer_.draw(background, width_, height_);
    SDL_GL_SwapWindow(window_);
  }

  void title(std::string const& text) override { SDL_SetWindowTitle(window_, text.c_str()); }

  void full_screen(bool wanted) override {
    SDL_SetWindowFullscreen(window_, wanted ? SDL_WINDOW_FULLSCREEN_DESKTOP : 0);
  }

  float density() const override { return 1; }

  Picture picture() const override { return Renderer::read(width_, height_); }

 private:
  /// ImGui 1.86 asks the screen for the pointer, and SDL answers with an old place where the pointer was warped
  /// (a remote desktop, a tablet, a test). The window itself knows better; later releases ask it.
  void take_pointer() {
#if IMGUI_VERSION_NUM < 18700
    if (SDL_GetMouseFocus() != window_) return;
    int x = 0;
    int y = 0;
    SDL_GetMouseState(&x, &y);
    ImGui::GetIO().MousePos = {static_cast<float>(x), static_cast<float>(y)};
#endif
  }

  void handle(SDL_Event const& event) {
    ImGui_ImplSDL2_ProcessEvent(&event);
    input_.anything = true;
    switch (event.type) {
      case SDL_QUIT: should_close_ = true; break;
      case SDL_WINDOWEVENT: should_close_ |= event.window.event == SDL_WINDOWEVENT_CLOSE; break;
      case SDL_DROPFILE:
        input_.dropped_files.emplace_back(event.drop.file);
        SDL_free(event.drop.file);
        break;
      case SDL_MOUSEBUTTONDOWN: input_.pressed = true; break;
      case SDL_KEYDOWN: on_key(event.key.keysym); break;
      case SDL_TEXTINPUT:
        input_.keys.push_back({.key = Key::character, .character = first_character(event.text.text)});
        break;
      default: break;
    }
  }

  void on_key(SDL_Keysym const& pressed) {
    bool const shift = (pressed.mod & KMOD_SHIFT) != 0;
    bool const control = (pressed.mod & KMOD_CTRL) != 0;
    if (Key const key = key_of(pressed.sym); key != Key::none) {
      input_.keys.push_back({.key = key, .shift = shift, .control = control});
    } else if (control && pressed.sym >= ' ' && pressed.sym < 127) {
      input_.keys.push_back({.key = Key::character, .character = static_cast<char32_t>(pressed.sym), .control = true});
    }
  }

  void close() {
    if (context_) {
      if (ImGui::GetIO().BackendPlatformUserData) ImGui_ImplSDL2_Shutdown();
      renderer_.stop_opengl();
      SDL_GL_DeleteContext(context_);
      context_ = nullptr;
    }
    if (window_) SDL_DestroyWindow(window_);
    window_ = nullptr;
  }

  Library library_;
  Renderer renderer_;
  SDL_Window* window_ = nullptr;
  SDL_GLContext context_ = nullptr;
  int width_ = 0, height_ = 0;
  bool should_close_ = false;
};

}  // namespace

std::unique_ptr<Window> open_sdl(WindowOptions const& options, Visible visible) {
  return std::make_unique<SdlWindow>(options, visible);
}

}  // namespace qs::gui
