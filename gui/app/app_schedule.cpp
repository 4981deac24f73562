// The application's part in scheduling: what keys and buttons do while the user chooses who goes next.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <optional>
#include <thread>

#include <fmt/format.h>

#include "gui/app/app.hpp"
#include "gui/picture/svg.hpp"
#include "gui/window/picture_file.hpp"
#include "sim/export/page.hpp"
#include "sim/trace/trace_file.hpp"

namespace qs::gui {
namespace {

/// The longest run towards a breakpoint between two frames, and the interval at which it is checked.
constexpr auto longest_leap = std::chrono::milliseconds(16);
constexpr auto between_looks = std::chrono::microseconds(200);

/// In the current folder, with a number where the name is taken.
std::filesystem::path free_name(std::string const& stem, char const* ending) {
  std::filesystem::path file = fmt::format("{}.{}", stem, ending);
  for (int number = 2; std::filesystem::exists(file); ++number) file = fmt::format("{}-{}.{}", stem, number, ending);
  return file;
}

Picture part_of(Picture const& whole, Rect const& part) {
  auto const within = [](float value, int most) { return std::clamp(static_cast<int>(std::lround(value)), 0, most); };
  int const left = within(part.left, whole.width), right = within(part.right, whole.width);
  int const top = within(part.top, whole.height), bottom = within(part.bottom, whole.height);
  Picture picture{right - left, bottom - top, {}};
  for (int y = top; y < bottom; ++y) {
    auto const row = whole.bytes.begin() + 4 * (static_cast<std::ptrdiff_t>(y) * whole.width + left);
    picture.bytes.insert(picture.bytes.end(), row, row + 4 * static_cast<std::ptrdiff_t>(picture.width));
  }
  return picture;
}

}  // namespace

bool App::at_present() const {
  Step const size = document_.trace().size();
  return playback_.mode() == Playback::Mode::following || size == 0 || playback_.step() == size - 1;
}

void App::look_at_moves() {
  moves_.reset();
  playback_.follow_step_by_step(conductor_.pace() == RunMode::stepped && !run_until_.running());
  bool const live = document_.live() && conductor_.live() && !document_.stopping();
  if (live && at_present()) {
    // The snapshot may count events that have not arrived yet.
    SchedulerSnapshot const& table = conductor_.snapshot();
    bool const still = conductor_.pace() == RunMode::stepped || table.deadlocked;
    if (still && document_.trace().size() >= table.events) moves_ = present_moves(table);
    return;
  }
  moves_ = past_moves(document_.trace(), playback_.step());
}

void App::launch(RunOptions options) {
  banner_ = task_banner();
  deadlock_told_ = false;
  document_.start(std::move(options));
  shown_anew();
}

void App::choose(Choice choice) {
  playback_.follow();
  run_until_.stop();
  conductor_.choose(choice);
}

void App::run_until(std::string const& line) {
  if (!document_.live() || !conductor_.live() || document_.stopping()) return;
  run_until_.begin(line, document_.trace(), conductor_.snapshot());
  if (!run_until_.running()) return;
  playback_.follow();
  conductor_.pace(RunMode::stepped);
}

/// Takes as many steps towards the breakpoint as fit between two frames. False if there is no breakpoint.
bool App::run_towards() {
  if (!run_until_.running()) return false;
  auto const end = std::chrono::steady_clock::now() + longest_leap;
  while (run_until_.running() && std::chrono::steady_clock::now() < end) {
    if (conductor_.pace() != RunMode::stepped || document_.stopping()) run_until_.stop();
    if (run_until_.wants_step(document_.trace(), conductor_.snapshot()))
      conductor_.choose_proposed();
    else
      std::this_thread::sleep_for(between_looks);
    if (document_.update() == Document::News::ended) run_ended();
    conductor_.update();
  }
  return true;
}

void App::go_on_from_here() {
  std::size_t const choices = decisions_before(document_.trace(), playback_.step());
  if (!conductor_.knows_program() && !document_.empty()) {
    banner_ = {Banner::Tone::warning, why_not_repeated(document_.trace().run)};
    return;
  }
  if (choices > conductor_.snapshot().exact || conductor_.schedule().empty()) return;
  launch(conductor_.fork(choices));
  tab_ = Tab::schedule;
}

bool App::carry_out_scheduling(ActionRequest wish) {
  bool const live = document_.live() && conductor_.live();
  bool const open = live && moves_ && moves_->open();
  switch (wish.action) {
    case Action::run_until:
      tab_ = Tab::schedule;
      steps_.focus_until();
      return true;
    case Action::clear_selection:
      if (!run_until_.running()) return false;
      run_until_.stop();
      return true;
    case Action::play_pause:
    case Action::pause_run:
      if (wish.action == Action::play_pause && (!live || !at_present())) return false;
      if (!live) return true;
      playback_.follow();
      run_until_.running() ? run_until_.stop() : conductor_.pause_or_go_on();
      return true;
    case Action::next_sentinel:  // N also takes the next step while the run is paused
    case Action::go_proposed:
      if (!open) return wish.action == Action::go_proposed;
      playback_.follow();
      run_until_.stop();
      conductor_.choose_proposed();
      return true;
    case Action::select_nth: {
      if (!open) return false;
      if (auto const choice = moves_->nth(wish.number)) choose(*choice);
      return true;
    }
    case Action::time_passes:
      if (open && moves_->time()) choose({Choice::What::time});
      return true;
    case Action::go_on_from_here: go_on_from_here(); return true;
    case Action::copy_schedule:
      if (!conductor_.schedule().empty()) ImGui::SetClipboardText(to_text(conductor_.schedule()).c_str());
      return true;
    default: return false;
  }
}

/// A deadlocked run under control does not end: it stays, and the banner says so once.
void App::note_deadlock() {
  SchedulerSnapshot const& table = conductor_.snapshot();
  bool const arrived = table.deadlocked && document_.trace().size() >= table.events;
  if (!arrived) {
    if (table.deadlocked) return;
    // A kill may have ended the deadlock.
    if (deadlock_told_ && document_.live() && !banner_.ending.empty()) banner_ = {};
    deadlock_told_ = false;
    return;
  }
  if (deadlock_told_ || document_.empty()) return;
  deadlock_told_ = true;
  if (judge_task(RunEnding::deadlock)) return;
  banner_ = {Banner::Tone::warning, deadlock_words(diagnosis_of_end()), deadlock_ahead};
  frames_owed_ = std::max(frames_owed_, 2);
}

void App::save() {
  if (document_.empty()) return;
  Trace const& trace = document_.trace();
  // The name in an opened trace may be a path; only a bundled scenario's becomes a file name.
  auto const* scenario = scenarios::find(trace.run.scenario);
  std::string const stem = scenario ? scenario->name : "trace";
  std::filesystem::path const file = free_name(stem, "qtrace");
  try {
    write_trace(trace, file);
    banner_ = {Banner::Tone::news, fmt::format("Trace saved as {}.", std::filesystem::absolute(file).string())};
  } catch (std::exception const& error) {
    banner_ = {Banner::Tone::error, error.what()};
  }
}

/// Writes what the last frame showed in that part of the window, or the page of the run.
void App::export_as(ExportChoice choice, Rect const& seen) {
  Trace const& trace = document_.trace();
  auto const* scenario = scenarios::find(trace.run.scenario);
  bool const lesson = lesson_active() && lesson_.has_run();
  std::string const stem = lesson ? "lesson-" + lesson_.lesson().name : scenario ? scenario->name : "run";
  frames_owed_ = frames_after_input;
  try {
    std::filesystem::path file;
    if (choice == ExportChoice::png) {
      file = free_name(fmt::format("{}-step-{}", stem, playback_.step() == no_step ? 0 : playback_.step()), "png");
      write_png(part_of(window_.picture(), seen), file);
    } else {
      std::string text;
      if (choice == ExportChoice::svg) {
        file = free_name(fmt::format("{}-step-{}", stem, playback_.step() == no_step ? 0 : playback_.step()), "svg");
        text = svg_of(*ImGui::GetDrawData(), theme_.window, document_.caption(playback_.step(), detail()).text(), seen);
      } else {
        file = free_name(stem, "html");
        std::optional<LessonText> told;
        if (lesson) told = lesson_text(lesson_.lesson());
        text = page_of(read_page_template(), trace, told);
      }
      OutputFile out(file);
      out.write(text);
      out.close();
    }
    banner_ = {Banner::Tone::news, fmt::format("Exported to {}.", std::filesystem::absolute(file).string())};
  } catch (std::exception const& error) {
    banner_ = {Banner::Tone::error, error.what()};
  }
}

}  // namespace qs::gui
