#include "gui/app/app.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "gui/window/fonts.hpp"
#include "sim/report/summary.hpp"
#include "sim/run/scenario_run.hpp"

namespace qs::gui {
namespace {

constexpr double idle_interval = 1.0;  // seconds between polls when nothing is running
constexpr double live_interval = 1.0 / 30;
constexpr std::chrono::milliseconds shortest_opening{300};
constexpr double motion_interval = 1.0 / 60;
constexpr float text_steps[] = {0.7F, 0.8F, 0.9F, 1, 1.1F, 1.25F, 1.5F, 1.75F, 2, 2.25F, 2.5F};

float next_text_step(float scale, int direction) {
  if (direction > 0) {
    for (float step : text_steps) {
      if (step > scale + 0.01F) return step;
    }
    return scale;
  }
  for (auto step = std::rbegin(text_steps); step != std::rend(text_steps); ++step) {
    if (*step < scale - 0.01F) return *step;
  }
  return scale;
}

}  // namespace

App::App(Window& window, Settings settings, UiTestLog& report)
    : window_(window),
      settings_(settings),
      report_(report),
      lesson_(progress_path()),
      last_(std::chrono::steady_clock::now()) {
  look(settings_.theme, settings_.font_scale);
  shown_anew();
}

void App::look(Theme::Mode mode, float scale) {
  settings_.theme = mode;
  settings_.font_scale = std::clamp(scale, 0.7F, 2.5F);
  fonts_wanted_ = true;
}

void App::open(std::string const& file) {
  file_ = file;
  document_.open(file);
  frames_owed_ = frames_after_input;
  // A short trace is there at once, without a frame that says that it is coming.
  if (document_.wait_for_opening(shortest_opening)) opened(document_.update());
}

/// The file that was asked for is shown now, or a banner says why not.
void App::opened(Document::News news) {
  if (news == Document::News::not_opened) banner_ = {Banner::Tone::error, document_.error()};
  if (news != Document::News::opened) return;
  Trace const& trace = document_.trace();
  conductor_.opened(program_to_repeat(trace.run), schedule_of(trace), trace.run.ending);
  shown_anew();
  banner_ = {};
  // Before the first step there is nothing to see.
  playback_.go_to(trace.size() / 2);
  if (explain_if_stuck()) playback_.follow();
  window_.title(std::filesystem::path(file_).filename().string() + " \u2013 Queuescope");
  if (!trace.complete) {
    banner_ = {Banner::Tone::warning, "This recording is incomplete. It is shown up to its last complete event."};
  }
  if (auto const* scenario = scenarios::find(trace.run.scenario)) {
    browser_.choose(*scenario);
    browser_.set(trace.run.parameters);
  } else {
    browser_.choose_none();
  }
}

void App::choose(std::string const& name, std::map<std::string, std::string> const& parameters) {
  auto const* scenario = scenarios::find(name);
  if (!scenario) return;
  browser_.choose(*scenario);
  browser_.set(parameters);
}

void App::start() {
  scenarios::Scenario const* scenario = browser_.chosen();
  if (!scenario) return;
  banner_ = {};
  try {
    launch(conductor_.begin(scenario_run(*scenario, browser_.parameters())));
  } catch (std::exception const& error) {
    banner_ = {Banner::Tone::error, error.what()};
    return;
  }
  if (conductor_.pace() == RunMode::stepped) tab_ = Tab::schedule;
  window_.title(scenario->title + " \u2013 Queuescope");
}

/// Runs the scenario with the other mechanism; the banner keeps how the first run ended.
void App::start_other() {
  if (document_.live() || browser_.other_mechanism().empty()) return;
  browser_.set({{scenarios::mechanism_parameter, browser_.other_mechanism()}});
  start();
  auto const other = endings_.others(browser_.chosen()->name, browser_.parameters());
  if (document_.live() && !other.empty()) banner_ = {Banner::Tone::news, other};
}

void App::shown_anew() {
  playback_.reset(document_.trace(), document_.live());
  selection_ = {};
  requests_ = {};
  code_.reset();
  events_.reset();
  why_.reset();
  run_until_.reset();
  stage_ = StageView{};
  timeline_ = TimelineView{};
  frames_owed_ = frames_after_input;
}

void App::run() {
  while (!quit_ && !window_.should_close()) {
    window_.wait(frames_owed_ > 0 ? motion_interval : frame_interval());
    auto const now = std::chrono::steady_clock::now();
    double const seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    if (take_in(seconds)) frames_owed_ = std::max(frames_owed_, 1);
    if (frames_owed_ == 0) continue;
    --frames_owed_;
    frame();
    frame_ms_ = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - now).count();
  }
  document_.stop();
}

double App::frame_interval() const {
  if (run_until_.running()) return 0;
  if (requests_.animate || playback_.motion() < 1) return motion_interval;
  double result = document_.live() || document_.opening() ? live_interval : idle_interval;
  if (playback_.mode() == Playback::Mode::playing) result = std::min(result, playback_.next_change());
  return std::max(result, motion_interval);
}

bool App::take_in(double seconds) {
  Input const input = window_.take_input();
  if (input.anything) frames_owed_ = frames_after_input;
  press_keys(input);
  if (!input.dropped_files.empty()) open(input.dropped_files.front());

  auto const news = document_.update();
  opened(news);
  bool const table = conductor_.update();
  bool const towards = news != Document::News::ended && run_towards();
  bool const moving = playback_.motion() < 1;
  bool const moved = playback_.advance(seconds);
  if (news == Document::News::ended) run_ended();
  note_deadlock();
  return table || towards || news != Document::News::nothing || document_.opening() || moved || moving ||
         requests_.animate || ImGui::GetIO().WantTextInput;
}

void App::run_ended() {
  playback_.run_ended();
  conductor_.run_ended(document_.trace().run.ending);
  run_until_.run_ended();
  frames_owed_ = frames_after_input;
  if (!document_.error().empty()) banner_ = {Banner::Tone::error, document_.error()};
  if (lesson_runs_) return lesson_ran();
  bool const judged = judge_task();
  if (judged) return;
  bool const stuck = explain_if_stuck();
  if (compare_endings() || stuck) return;
  if (document_.trace().lost > 0) {
    banner_ = {Banner::Tone::warning,
               "Some events were lost because they came faster than they could be recorded. The event list and the "
               "timeline mark the gaps."};
  }
}

/// A text about the end of the run is true only there.
Banner App::shown_banner() const {
  if (banner_.ending.empty() || at_present()) return banner_;
  return {banner_.tone, ending_ahead(document_.trace(), playback_.step(), banner_.ending) + "."};
}

Diagnosis App::diagnosis_of_end() {
  if (auto const* known = document_.end_diagnosis()) return *known;
  document_.place(document_.trace().size() - 1);
  Diagnosis diagnosis = diagnose(document_.trace(), document_.world());
  document_.place(playback_.step());
  return diagnosis;
}

std::string App::deadlock_words(Diagnosis const& diagnosis) {
  return diagnosis.stuck ? diagnosis.headline : "Deadlock: no one can go on, and no time-out is pending.";
}

/// Opens the Why pane for a run that did not end by itself.
bool App::explain_if_stuck() {
  if (document_.empty()) return false;
  Diagnosis const whole = diagnosis_of_end();
  auto const ending = document_.trace().run.ending;
  bool const stuck = document_.trace().run.hung() || whole.stuck;
  if (stuck) {
    tab_ = Tab::why;
    banner_ = {Banner::Tone::warning, ending == RunEnding::deadlock ? deadlock_words(whole) : whole.headline,
               ending == RunEnding::deadlock   ? deadlock_ahead
               : ending == RunEnding::deadline ? "This run hangs"
                                               : "This run ends with blocked processes"};
  }
  return stuck;
}

/// Shows both endings in the banner once the scenario has run with both mechanisms.
bool App::compare_endings() {
  RunFacts const& run = document_.trace().run;
  if (document_.empty() || run.scenario.empty() || run.ending == RunEnding::interrupted) return false;
  endings_.ended(run, to_line(summary(document_.trace())));
  auto const both = endings_.compared();
  if (!both.empty()) banner_ = {Banner::Tone::news, both};
  return !both.empty();
}

/// Typed text must not reach the shortcuts: after a click, or after a key that goes to a text field, who has the
/// keyboard is known two frames later (ImGui tells WantTextInput one frame late).
void App::press_keys(Input const& input) {
  waiting_keys_.insert(waiting_keys_.end(), input.keys.begin(), input.keys.end());
  if (input.pressed) keys_wait_ = 2;
  while (keys_wait_ == 0 && !waiting_keys_.empty()) {
    KeyPress const key = waiting_keys_.front();
    waiting_keys_.erase(waiting_keys_.begin());
    press(key);
  }
  if (!waiting_keys_.empty()) frames_owed_ = std::max(frames_owed_, keys_wait_ + 1);
}

bool App::text_field_asked_for(Action action) const {
  return action == Action::find_scenario || action == Action::filter_events || action == Action::run_until;
}

void App::press(KeyPress const& press) {
  auto const wish = presenter_ == Presenter::off ? wish_of(press) : presenter_wish_of(press);
  if (!wish) return;
  bool const writing = ImGui::GetIO().WantTextInput;
  bool const plain_character = press.key == Key::character && !press.control;
  bool const moves_cursor = press.key != Key::character && press.key < Key::f1;
  bool const stops = wish->action == Action::clear_selection && run_until_.running();
  if (writing && (plain_character || moves_cursor) && !stops) return;
  if (help_ || picker_.is_open() || export_dialog_.is_open()) {
    bool const closes = wish->action == Action::help || wish->action == Action::clear_selection;
    if (closes) {
      help_ = false;
      picker_.close();
      export_dialog_.close();
    }
    if (closes || wish->action != Action::quit) return;
  }
  if (text_field_asked_for(wish->action)) keys_wait_ = 2;
  carry_out(*wish);
}

/// Presenter and lesson tell acts, whatever the settings say.
bool App::tells() const { return presenter_ != Presenter::off || lesson_active(); }

DetailLevel App::detail() const { return tells() ? told_detail_ : settings_.detail; }

void App::toggle_detail() {
  DetailLevel& level = tells() ? told_detail_ : settings_.detail;
  level = level == DetailLevel::acts ? DetailLevel::steps : DetailLevel::acts;
}

void App::step_by_act(int direction) {
  Trace const& trace = document_.trace();
  Step const from = playback_.target();
  playback_.glide_to(direction > 0 ? next_act(trace, from) : previous_act(trace, from));
}

void App::present(Presenter presenter) {
  if ((presenter == Presenter::off) != (presenter_ == Presenter::off)) window_.full_screen(presenter != Presenter::off);
  presenter_ = presenter;
  fonts_wanted_ = true;
  frames_owed_ = frames_after_input;
}

/// Shows a pane of the side. Where it has folded away, the same key folds it away again.
void App::show_tab(Tab tab) {
  if (presenter_ != Presenter::off)
    return present(presenter_ == Presenter::code && tab_ == tab ? Presenter::stage : (tab_ = tab, Presenter::code));
  bool const again = tab_ == tab && side_wanted_ && !side_folded_;
  side_wanted_ = !again;
  tab_ = tab;
}

void App::carry_out(ActionRequest wish) {
  if (wish.action == Action::go_proposed && lesson_active() && !document_.live()) {
    LessonWishes next;
    next.forward = true;
    return obey(next);
  }
  if (carry_out_scheduling(wish)) return;
  auto const& trace = document_.trace();
  auto const tenth = std::max<std::int64_t>(document_.trace().size() / 10, 1);
  switch (wish.action) {
    case Action::play_pause: playback_.mode() == Playback::Mode::playing ? playback_.pause() : playback_.play(); break;
    case Action::step_forward: detail() == DetailLevel::acts ? step_by_act(1) : playback_.step_by(1); break;
    case Action::step_back: detail() == DetailLevel::acts ? step_by_act(-1) : playback_.step_by(-1); break;
    case Action::leap_forward: playback_.step_by(tenth); break;
    case Action::leap_back: playback_.step_by(-tenth); break;
    case Action::first: playback_.go_to(no_step); break;
    case Action::last:
    case Action::follow_live: playback_.follow(); break;
    case Action::faster: playback_.speed(playback_.speed() * std::sqrt(10.0)); break;
    case Action::slower: playback_.speed(playback_.speed() / std::sqrt(10.0)); break;
    case Action::next_block: jump(Direction::forward, Landmark::block); break;
    case Action::previous_block: jump(Direction::back, Landmark::block); break;
    case Action::next_wake: jump(Direction::forward, Landmark::wake); break;
    case Action::previous_wake: jump(Direction::back, Landmark::wake); break;
    case Action::next_sentinel: jump(Direction::forward, Landmark::sentinel); break;
    case Action::previous_sentinel: jump(Direction::back, Landmark::sentinel); break;
    case Action::next_decision:
      if (auto const step = next_decision(trace, playback_.step())) playback_.go_to(*step);
      break;
    case Action::previous_decision:
      if (auto const step = previous_decision(trace, playback_.step())) playback_.go_to(*step);
      break;
    case Action::next_event:
    case Action::previous_event: {
      int const direction = wish.action == Action::next_event ? 1 : -1;
      Step const step = events_.neighbour(document_.trace(), playback_.step(), direction);
      if (step != no_step) playback_.go_to(step);
      break;
    }
    case Action::next_actor: select_next_actor(1); break;
    case Action::previous_actor: select_next_actor(-1); break;
    case Action::select_nth: select_actor(wish.number - 1); break;
    case Action::clear_selection:
      if (presenter_ != Presenter::off) return present(Presenter::off);
      selection_ = {};
      break;
    default: carry_out_showing(wish); break;
  }
}

void App::carry_out_showing(ActionRequest wish) {
  switch (wish.action) {
    case Action::run_stop: document_.live() ? document_.stop() : start(); break;
    case Action::run_other: start_other(); break;
    case Action::find_scenario:
      settings_.browser_open = browser_wanted_ = true;
      left_ = Left::scenarios;
      browser_.focus_search();
      break;
    case Action::filter_events: events_.focus_filter(); break;
    case Action::show_code: show_tab(Tab::code); break;
    case Action::show_inspector: show_tab(Tab::inspector); break;
    case Action::show_schedule: show_tab(Tab::schedule); break;
    case Action::toggle_detail: toggle_detail(); break;
    case Action::presenter: present(presenter_ == Presenter::off ? Presenter::stage : Presenter::off); break;
    case Action::show_timeline:
      if (presenter_ != Presenter::off)
        present(presenter_ == Presenter::timeline ? Presenter::stage : Presenter::timeline);
      else
        timeline_wanted_ = timeline_folded_;
      break;
    case Action::save: save(); break;
    case Action::export_run:
      if (!document_.empty()) export_dialog_.open();
      break;
    case Action::show_why: show_tab(Tab::why); break;
    case Action::toggle_browser:
      // Where it has folded away, it is asked for; and the next time it may fold away again.
      if (browser_folded_)
        browser_wanted_ = true;
      else if (browser_wanted_)
        browser_wanted_ = false;
      else
        settings_.browser_open = !settings_.browser_open;
      break;
    case Action::zoom_in: timeline_move_ = TimelineMove::zoom_in; break;
    case Action::zoom_out: timeline_move_ = TimelineMove::zoom_out; break;
    case Action::pan_left: timeline_move_ = TimelineMove::pan_left; break;
    case Action::pan_right: timeline_move_ = TimelineMove::pan_right; break;
    case Action::fit_timeline: timeline_move_ = TimelineMove::fit; break;
    case Action::larger_text: look(settings_.theme, next_text_step(settings_.font_scale, 1)); break;
    case Action::smaller_text: look(settings_.theme, next_text_step(settings_.font_scale, -1)); break;
    case Action::usual_text: look(settings_.theme, 1); break;
    case Action::toggle_theme:
      look(settings_.theme == Theme::Mode::dark ? Theme::Mode::light : Theme::Mode::dark, settings_.font_scale);
      break;
    case Action::help: help_ = true; break;
    case Action::quit: quit_ = true; break;
    default: break;
  }
}

void App::jump(Direction direction, Landmark landmark) {
  auto const found = find_landmark(document_.trace(), document_.items(), playback_.step(), direction, landmark);
  if (!found) return;
  playback_.go_to(*found);
  selection_ = {.what = Selection::What::actor, .actor = document_.trace().at(*found).actor, .item = {}};
}

void App::select_actor(std::int64_t index) {
  if (index < 0 || index >= static_cast<std::int64_t>(document_.trace().actors.size())) return;
  selection_ = {.what = Selection::What::actor, .actor = static_cast<ActorIndex>(index), .item = {}};
}

void App::select_next_actor(int direction) {
  auto const count = static_cast<std::int64_t>(document_.trace().actors.size());
  if (count == 0) return;
  bool const any = selection_.what == Selection::What::actor;
  std::int64_t const from = any ? selection_.actor : (direction > 0 ? -1 : count);
  select_actor((from + direction + count) % count);
}

}  // namespace qs::gui
