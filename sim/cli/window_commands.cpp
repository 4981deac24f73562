// The commands that draw: the window, `view` and `shot`. The GUI does the work.
#include <fmt/format.h>

#include <memory>

#include "sim/cli/commands.hpp"
#include "sim/cli/console.hpp"
#include "sim/cli/look_options.hpp"
#include "sim/cli/target.hpp"
#include "sim/scenarios/scenario.hpp"

namespace qs::cli {

namespace {

std::map<std::string, Backend> const backends{{"glfw", Backend::glfw}, {"sdl2", Backend::sdl2}};

struct ViewArguments {
  ViewOptions view;
  std::vector<std::string> settings;
};

struct ShotArguments {
  ShotOptions shot;
  std::string size;
};

int open_window(Windows const& windows, ViewOptions const& view) {
  if (windows.open) return windows.open(view);
  complain("this executable has no window; queuescope run, stats and why work in the terminal.");
  return exit_failed;
}

int take_shot(Windows const& windows, ShotOptions const& shot) {
  must_exist(shot.file);
  if (windows.shot) return windows.shot(shot);
  complain("this executable cannot draw; use the queuescope that has a window.");
  return exit_failed;
}

/// Options of the window may be given before the command or after it.
void add_view(CLI::App& app, std::shared_ptr<ViewArguments> const& words, Windows const& windows, int& answer) {
  CLI::App* command = app.add_subcommand("view", "Open a trace in the window");
  command->add_option("file", words->view.file, "A trace")->type_name("FILE.qtrace")->required();
  command->add_flag("--play", words->view.autoplay, "Start playing at once");
  add_window_options(*command, words->view);
  command->footer(
      "Examples:\n  queuescope view pool.qtrace\n  queuescope view pool.qtrace --theme light --font-scale 1.5");
  command->callback([words, &windows, &answer] {
    must_exist(words->view.file);
    answer = open_window(windows, words->view);
  });
}

}  // namespace

void add_window_options(CLI::App& command, ViewOptions& view) {
  add_choice(command, "--backend", view.backend, "The window library", backends);
  add_look(command, view.theme, view.font_scale);
  command.add_option("--report", view.report_file, "Write what the window shows to this file, for tests")->group("");
}

void add_window(CLI::App& app, Windows const& windows, int& answer) {
  auto words = std::make_shared<ViewArguments>();
  add_window_options(app, words->view);
  app.add_option("--scenario", words->view.scenario, "Open the browser on this scenario")->type_name("NAME");
  add_settings(app, words->settings);
  app.add_flag("--run", words->view.run_now, "Run the scenario at once");
  app.callback([&app, words, &windows, &answer] {
    if (!app.get_subcommands().empty()) return;
    words->view.parameters = settings_of(words->settings);
    if (!words->view.scenario.empty()) {
      scenarios::Arguments const check(scenario_called(words->view.scenario).parameters, words->view.parameters);
    }
    answer = open_window(windows, words->view);
  });
  add_view(app, words, windows, answer);
  add_lesson(app, {words, &words->view}, windows, answer);
}

void add_shot(CLI::App& app, Windows const& windows, int& answer) {
  auto words = std::make_shared<ShotArguments>();
  CLI::App* command = app.add_subcommand("shot", "Draw the stage to a PNG file, without a display");
  command->add_option("file", words->shot.file, "A trace")->type_name("FILE.qtrace")->required();
  command->add_option("--at", words->shot.step, "At this step instead of the last one")->type_name("STEP");
  command->add_option("-o,--output", words->shot.output, "The picture to write")->type_name("OUT.png")->required();
  command->add_option("--size", words->size, "Size in pixels; 1280x800 by default")->type_name("WIDTHxHEIGHT");
  add_look(*command, words->shot.theme, words->shot.font_scale);
  command->footer(
      "Examples:\n  queuescope shot pool.qtrace -o pool.png\n  queuescope shot pool.qtrace --at 120 --size 1920x1080 "
      "--theme light -o step.png");
  command->callback([words, &windows, &answer] {
    if (!words->size.empty()) read_size(words->size, words->shot.width, words->shot.height);
    answer = take_shot(windows, words->shot);
  });
}

}  // namespace qs::cli
