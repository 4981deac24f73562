// queuescope: the command line and its window.
#include <cstdio>
#include <exception>

#include "gui/app/app.hpp"
#include "gui/picture/shot.hpp"
#include "gui/picture/slides.hpp"
#include "gui/window/picture_file.hpp"
#include "sim/cli/cli.hpp"
#include "sim/cli/console.hpp"
#include "sim/trace/trace_file.hpp"

namespace {

using namespace qs::gui;
namespace cli = qs::cli;

Theme::Mode mode_of(cli::ThemeChoice choice) {
  return choice == cli::ThemeChoice::light ? Theme::Mode::light : Theme::Mode::dark;
}

int failed(std::exception const& error) {
  std::fprintf(stderr, "queuescope: %s\n", error.what());
  return cli::exit_failed;
}

/// The saved settings, overridden by the options of this invocation.
Settings settings_for(cli::ViewOptions const& options) {
  Settings settings = load_settings(settings_path());
  if (options.backend) settings.backend = *options.backend == cli::Backend::sdl2 ? Backend::sdl2 : Backend::glfw;
  if (options.theme) settings.theme = mode_of(*options.theme);
  if (options.font_scale) settings.font_scale = static_cast<float>(*options.font_scale);
  return settings;
}

int open(cli::ViewOptions const& options) try {
  Settings const settings = settings_for(options);
  UiTestLog report(options.report_file);
  auto const window = open_window({settings.backend, settings.width, settings.height, "Queuescope"});
  App app(*window, settings, report);
  if (!options.scenario.empty()) app.choose(options.scenario, options.parameters);
  if (!options.file.empty()) app.open(options.file);
  if (options.lesson) app.teach(*options.lesson);
  if (options.run_now) app.start();
  if (options.autoplay) app.play();
  app.run();
  save_settings(app.settings(), settings_path());
  return cli::exit_finished;
} catch (std::exception const& error) {
  return failed(error);
}

int shot(cli::ShotOptions const& options) try {
  qs::Trace const trace = qs::read_trace(options.file);
  Picture const picture = take_shot(trace, {.step = options.step,
                                            .width = static_cast<int>(options.width),
                                            .height = static_cast<int>(options.height),
                                            .mode = mode_of(options.theme),
                                            .scale = static_cast<float>(options.font_scale)});
  write_png(picture, options.output);
  return cli::exit_finished;
} catch (qs::ReaderGone const&) {
  return cli::exit_finished;
} catch (qs::OutputError const& error) {
  failed(error);
  return cli::exit_no_output;
} catch (std::exception const& error) {
  return failed(error);
}

int slides(cli::SlideOptions const& options) try {
  ShownTrace shown(qs::read_trace(options.file));
  cli::ProgressBar bar("drawing");
  write_slides(shown,
               {.format = static_cast<SlideFormat>(options.format),
                .output = options.output,
                .from = options.from,
                .to = options.to,
                .look = {.width = static_cast<int>(options.width),
                         .height = static_cast<int>(options.height),
                         .mode = mode_of(options.theme),
                         .scale = static_cast<float>(options.font_scale)},
                .seconds = options.seconds},
               [&](std::uint64_t done, std::uint64_t of) { bar.show(done, of); });
  return cli::exit_finished;
} catch (qs::ReaderGone const&) {
  return cli::exit_finished;
} catch (qs::OutputError const& error) {
  failed(error);
  return cli::exit_no_output;
} catch (std::exception const& error) {
  return failed(error);
}

}  // namespace

int main(int argc, char** argv) { return cli::main(argc, argv, {.open = open, .shot = shot, .slides = slides}); }
