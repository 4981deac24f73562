// What the script of a page calls: open once, then tick before each repaint.
#include <emscripten/emscripten.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gui/web/player.hpp"
#include "gui/web/web_window.hpp"
#include "sim/trace/trace_file.hpp"

namespace {

using namespace qs;

std::unique_ptr<gui::Window> window;
std::unique_ptr<gui::Player> player;
std::string answer;  ///< what was returned last

}  // namespace

extern "C" {

/// "" or why the run cannot be shown. A page without a lesson gives no bytes for it.
EMSCRIPTEN_KEEPALIVE char const* qs_open(char const* trace, int trace_bytes, char const* lesson, int lesson_bytes,
                                         char const* lesson_file, char const* address_end) try {
  std::optional<Lesson> taught;
  if (lesson_bytes > 0) taught = parse_lesson({lesson, static_cast<std::size_t>(lesson_bytes)}, lesson_file);
  Trace run = read_trace_bytes({trace, static_cast<std::size_t>(trace_bytes)});
  window = gui::open_canvas();
  player = std::make_unique<gui::Player>(*window, std::move(run), std::move(taught), gui::player_options(address_end));
  return "";
} catch (std::exception const& error) {
  answer = error.what();
  return answer.c_str();
}

EMSCRIPTEN_KEEPALIVE void qs_tick(double seconds) { player->tick(seconds); }

EMSCRIPTEN_KEEPALIVE char const* qs_report() {
  answer = player->report();
  return answer.c_str();
}
}
