#include "gui/web/player.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "gui/draw/widgets.hpp"
#include "gui/panes/help.hpp"
#include "gui/panes/inspect/inspector.hpp"
#include "gui/panes/lecture/caption_view.hpp"
#include "gui/window/fonts.hpp"
#include "sim/diagnosis/diagnosis.hpp"
#include "sim/lesson/questions.hpp"
#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

constexpr int frames_after_input = 3;

std::optional<Action> landmark_action(Action action, Direction& direction, Landmark& landmark) {
  switch (action) {
    case Action::next_block: direction = Direction::forward, landmark = Landmark::block; return action;
    case Action::previous_block: direction = Direction::back, landmark = Landmark::block; return action;
    case Action::next_wake: direction = Direction::forward, landmark = Landmark::wake; return action;
    case Action::previous_wake: direction = Direction::back, landmark = Landmark::wake; return action;
    case Action::next_sentinel: direction = Direction::forward, landmark = Landmark::sentinel; return action;
    case Action::previous_sentinel: direction = Direction::back, landmark = Landmark::sentinel; return action;
    default: return std::nullopt;
  }
}

}  // namespace

PlayerOptions player_options(std::string_view address_end) {
  PlayerOptions options;
  if (address_end.starts_with('#')) address_end.remove_prefix(1);
  while (!address_end.empty()) {
    auto const end = std::min(address_end.find('&'), address_end.size());
    std::string_view const word = address_end.substr(0, end);
    address_end.remove_prefix(std::min(end + 1, address_end.size()));
    if (word == "theme=light") options.theme = Theme::Mode::light;
    if (word == "view=picture") options.picture = true;
    if (word == "play") options.play = true;
    if (Step step = 0; word.starts_with("step=")) {
      auto const [rest, error] = std::from_chars(word.data() + 5, word.data() + word.size(), step);
      if (error == std::errc{} && rest == word.data() + word.size()) options.step = step;
    }
  }
  return options;
}

Player::Player(Window& window, Trace trace, std::optional<Lesson> lesson, PlayerOptions const& options)
    : window_(window), shown_(std::move(trace)), only_picture_(options.picture) {
  settings_.theme = options.theme;
  report_.keep_in_memory();
  playback_.reset(shown_.trace(), false);
  if (lesson) {
    lesson_.open(std::move(*lesson));
    lesson_.ran(shown_.trace());
    show_lesson_moment();
  } else {
    explain_if_stuck();
    if (!shown_.trace().complete && !banner_.visible())
      banner_ = {Banner::Tone::warning, "This recording is incomplete. It is shown up to its last complete event."};
  }
  if (only_picture_) playback_.follow();
  if (options.step) playback_.go_to(*options.step);
  if (options.play) playback_.play();
}

/// Opens the Why pane for a run that did not end by itself.
void Player::explain_if_stuck() {
  if (trace().events.empty()) return;
  shown_.place(trace().size() - 1);
  Diagnosis const whole = diagnose(trace(), shown_.world());
  RunEnding const ending = trace().run.ending;
  if (!trace().run.hung() && !whole.stuck) return;
  tab_ = Tab::why;
  banner_ = {Banner::Tone::warning, whole.headline,
             ending == RunEnding::deadlock   ? "This run ends in deadlock"
             : ending == RunEnding::deadline ? "This run hangs"
                                             : "This run ends with blocked processes"};
}

/// A text about the end of the run is true only there.
Banner Player::shown_banner() const {
  if (banner_.ending.empty() || playback_.step() + 1 == trace().size()) return banner_;
  return {banner_.tone, ending_ahead(trace(), playback_.step(), banner_.ending) + "."};
}

// ------------------------------------------------------------------------------------------ input and progress

void Player::tick(double seconds) {
  Input const input = window_.take_input();
  if (input.anything) frames_owed_ = frames_after_input;
  press_keys(input);
  bool const moved = playback_.advance(seconds);
  since_change_ += seconds;
  bool const blinks = ImGui::GetIO().WantTextInput && since_change_ > 0.1;
  if (moved || playback_.motion() < 1 || requests_.animate || blinks) frames_owed_ = std::max(frames_owed_, 1);
  if (frames_owed_ == 0) return;
  --frames_owed_;
  since_change_ = 0;
  frame();
}

/// As in the window: who has the keyboard is known two frames after a click.
void Player::press_keys(Input const& input) {
  waiting_keys_.insert(waiting_keys_.end(), input.keys.begin(), input.keys.end());
  if (input.pressed) keys_wait_ = 2;
  while (keys_wait_ == 0 && !waiting_keys_.empty()) {
    KeyPress const press = waiting_keys_.front();
    waiting_keys_.erase(waiting_keys_.begin());
    auto const wish = wish_of(press);
    if (!wish) continue;
    bool const moves_cursor = press.key != Key::character && press.key < Key::f1;
    if (ImGui::GetIO().WantTextInput && (press.key == Key::character || moves_cursor)) continue;
    if (help_) {
      if (wish->action == Action::help || wish->action == Action::clear_selection) help_ = false;
      continue;
    }
    carry_out(*wish);
  }
  if (!waiting_keys_.empty()) frames_owed_ = std::max(frames_owed_, keys_wait_ + 1);
}

void Player::carry_out(ActionRequest wish) {
  auto const tenth = std::max<std::int64_t>(trace().size() / 10, 1);
  Step const from = playback_.target();
  switch (wish.action) {
    case Action::play_pause: playback_.mode() == Playback::Mode::playing ? playback_.pause() : playback_.play(); break;
    case Action::step_forward:
      detail() == DetailLevel::acts ? playback_.glide_to(next_act(trace(), from)) : playback_.step_by(1);
      break;
    case Action::step_back:
      detail() == DetailLevel::acts ? playback_.glide_to(previous_act(trace(), from)) : playback_.step_by(-1);
      break;
    case Action::leap_forward: playback_.step_by(tenth); break;
    case Action::leap_back: playback_.step_by(-tenth); break;
    case Action::first: playback_.go_to(no_step); break;
    case Action::last: playback_.follow(); break;
    case Action::faster: playback_.speed(playback_.speed() * std::sqrt(10.0)); break;
    case Action::slower: playback_.speed(playback_.speed() / std::sqrt(10.0)); break;
    case Action::go_proposed:
      if (LessonWishes next; lesson_.is_open()) {
        next.forward = true;
        obey(next);
      }
      break;
    case Action::next_actor:
    case Action::previous_actor: {
      auto const count = static_cast<std::int64_t>(trace().actors.size());
      if (count == 0) break;
      int const direction = wish.action == Action::next_actor ? 1 : -1;
      bool const any = selection_.what == Selection::What::actor;
      std::int64_t const chosen = any ? selection_.actor : (direction > 0 ? -1 : count);
      select_actor((chosen + direction + count) % count);
      break;
    }
    case Action::select_nth: select_actor(wish.number - 1); break;
    case Action::clear_selection: selection_ = {}; break;
    default: carry_out_jump(wish.action); break;
  }
}

void Player::carry_out_jump(Action action) {
  Direction direction{};
  Landmark landmark{};
  if (landmark_action(action, direction, landmark)) return jump(direction, landmark);
  switch (action) {
    case Action::next_decision:
      if (auto const step = next_decision(trace(), playback_.step())) playback_.go_to(*step);
      break;
    case Action::previous_decision:
      if (auto const step = previous_decision(trace(), playback_.step())) playback_.go_to(*step);
      break;
    case Action::next_event:
    case Action::previous_event: {
      Step const step = events_.neighbour(trace(), playback_.step(), action == Action::next_event ? 1 : -1);
      if (step != no_step) playback_.go_to(step);
      break;
    }
    default: carry_out_look(action); break;
  }
}

void Player::carry_out_look(Action action) {
  switch (action) {
    case Action::filter_events: events_.focus_filter(); break;
    case Action::show_code: show_tab(Tab::code); break;
    case Action::show_inspector: show_tab(Tab::inspector); break;
    case Action::show_why: show_tab(Tab::why); break;
    case Action::toggle_detail: {
      DetailLevel& level = lesson_.is_open() ? lesson_detail_ : settings_.detail;
      level = level == DetailLevel::acts ? DetailLevel::steps : DetailLevel::acts;
      break;
    }
    case Action::show_timeline: timeline_wanted_ = timeline_folded_; break;
    case Action::zoom_in: timeline_move_ = TimelineMove::zoom_in; break;
    case Action::zoom_out: timeline_move_ = TimelineMove::zoom_out; break;
    case Action::pan_left: timeline_move_ = TimelineMove::pan_left; break;
    case Action::pan_right: timeline_move_ = TimelineMove::pan_right; break;
    case Action::fit_timeline: timeline_move_ = TimelineMove::fit; break;
    case Action::toggle_theme:
      settings_.theme = settings_.theme == Theme::Mode::dark ? Theme::Mode::light : Theme::Mode::dark;
      fonts_wanted_ = true;
      break;
    case Action::help: help_ = true; break;
    default: break;  // what only a window with a program can do
  }
}

void Player::jump(Direction direction, Landmark landmark) {
  auto const found = find_landmark(trace(), shown_.items(), playback_.step(), direction, landmark);
  if (!found) return;
  playback_.go_to(*found);
  selection_ = {.what = Selection::What::actor, .actor = trace().at(*found).actor, .item = {}};
}

void Player::select_actor(std::int64_t index) {
  if (index < 0 || index >= static_cast<std::int64_t>(trace().actors.size())) return;
  selection_ = {.what = Selection::What::actor, .actor = static_cast<ActorIndex>(index), .item = {}};
}

/// Where the side has folded away, the same key folds it away again.
void Player::show_tab(Tab tab) {
  side_wanted_ = !(tab_ == tab && side_wanted_ && !side_folded_);
  tab_ = tab;
}

void Player::show_lesson_moment() {
  if (!lesson_.has_run() || lesson_.on_tasks()) return;
  playback_.glide_to(lesson_.moment());
  selection_ = {};
  timeline_wanted_ = false;
  for (std::string const& name : lesson_.step().point) {
    if (name == "code") tab_ = Tab::code;
    if (name == "timeline") timeline_wanted_ = true;
  }
  frames_owed_ = frames_after_input;
}

void Player::obey(LessonWishes const& wishes) {
  if (wishes.answer) lesson_.answer(*wishes.answer);
  if (wishes.forward) lesson_.forward();
  if (wishes.back) lesson_.back();
  if (wishes.answer || wishes.forward || wishes.back || wishes.show_moment) show_lesson_moment();
}

/// A click on a process of the stage is an answer, while the lesson asks for one.
bool Player::answered_on_stage(Selection const& clicked) {
  if (!lesson_.is_open() || !lesson_.asks() || !asks_for_process(lesson_.step().ask)) return false;
  if (clicked.what != Selection::What::actor) return false;
  lesson_.answer(trace().name(clicked.actor));
  if (lesson_.asks()) return false;
  show_lesson_moment();
  return true;
}

// ------------------------------------------------------------------------------------------ drawing

void Player::load_theme() {
  float const wanted = settings_.font_scale * window_.density();
  if (std::abs(wanted - wanted_scale_) > 0.01F) fonts_wanted_ = true;
  wanted_scale_ = wanted;
  if (!fonts_wanted_) return;
  theme_ = make_theme(settings_.theme, wanted);
  theme_.fonts = load_fonts(theme_.scale);
  apply_style(theme_);
  Window::fonts_changed();
  code_.reveal();
  events_.reveal();
  fonts_wanted_ = false;
  frames_owed_ = std::max(frames_owed_, 2);
}

Context Player::context() {
  bool const points = lesson_.has_run() && !lesson_.on_tasks();
  return Context{.trace = trace(),
                 .world = shown_.world(),
                 .before = shown_.before(),
                 .items = shown_.items(),
                 .step = playback_.step(),
                 .motion = playback_.motion(),
                 .moves = moves_ ? &*moves_ : nullptr,
                 .theme = theme_,
                 .selection = selection_,
                 .requests = requests_,
                 .pointed = points ? &lesson_.step().point : nullptr,
                 .hides_future = lesson_.hides_future(),
                 .timeline_move = timeline_move_};
}

LayoutNeeds Player::layout_needs(Vec2 window) {
  LayoutNeeds needs{.window = window, .unit = theme_.unit};
  bool const low = is_low(window, theme_.unit);
  needs.top_bar = TopBar::height(theme_);
  needs.caption = caption_height(theme_) * (low ? 0.75F : 1);
  needs.lesson = lesson_.is_open();
  needs.banner = banner_height(shown_banner(), theme_, window.x);
  transport_.compact(low);
  bool const led = low && lesson_.has_run() && !lesson_.on_tasks();  // a lesson has its own buttons
  needs.transport = led ? 0 : transport_.height(theme_);
  needs.side_wanted = side_wanted_;
  needs.timeline_wanted = timeline_wanted_;
  return needs;
}

void Player::frame() {
  load_theme();
  shown_.place(playback_.step());
  moves_ = past_moves(trace(), playback_.step());
  requests_ = {};
  window_.begin_frame();
  ImVec2 const size = ImGui::GetIO().DisplaySize;
  Context const now = context();
  std::vector<Action> wishes;
  LayoutNeeds const needs = layout_needs({size.x, size.y});
  std::optional<LessonWishes> lesson_wishes;
  if (only_picture_ && !trace().events.empty()) {
    picture_.draw(now, {size.x, size.y});
  } else {
    settings_.browser_open = lesson_.is_open();
    Layout const layout = make_layout(needs, settings_);
    side_folded_ = layout.side.empty();
    timeline_folded_ = layout.timeline.empty();
    draw_top(layout, wishes);
    if (!layout.browser.empty()) {
      Pane const pane("browser", layout.browser, theme_, theme_.panel);
      lesson_wishes = lesson_view_.draw(lesson_, theme_, report_);
    }
    draw_centre(now, layout);
    draw_side(now, layout);
    if (!layout.transport.empty()) {
      Pane const pane("transport", layout.transport, theme_, theme_.panel);
      transport_.draw(now, playback_, report_, wishes);
    }
    if (help_) help_ = draw_help(theme_, needs.window, report_, Help::page);
  }
  window_.end_frame(theme_.window);
  ++frames_;
  if (keys_wait_ > 0) --keys_wait_;
  if (needs.transport > 0 && transport_.height(theme_) != needs.transport) frames_owed_ = std::max(frames_owed_, 1);
  timeline_move_ = TimelineMove::none;
  grant_requests();
  if (lesson_wishes) obey(*lesson_wishes);
  for (Action const action : wishes) carry_out({action});
  if (!wishes.empty()) frames_owed_ = std::max(frames_owed_, 1);
}

void Player::grant_requests() {
  if (requests_.go_to) playback_.go_to(*requests_.go_to);
  if (requests_.select && !answered_on_stage(*requests_.select)) {
    selection_ = *requests_.select;
    if (selection_.what == Selection::What::queue || selection_.what == Selection::What::item) tab_ = Tab::inspector;
  }
  if (requests_.go_to || requests_.select) frames_owed_ = std::max(frames_owed_, 1);
}

void Player::draw_top(Layout const& layout, std::vector<Action>& wishes) {
  RunFacts const& run = trace().run;
  bool const hides = lesson_.hides_future();
  TopBarFacts facts{.title = lesson_.is_open() ? lesson_.lesson().title : run.title,
                    .status = hides ? "lesson" : std::string(name(run.ending)),
                    .status_colour = theme_.state(ActorState::ended),
                    .font_scale = settings_.font_scale,
                    .browser = false};
  bool const at_end = playback_.step() + 1 == trace().size();
  if (!hides && run.ending == RunEnding::deadlock)
    facts.status = at_end ? "deadlock: no one could take a step" : "ends in deadlock";
  if (!hides && run.ending == RunEnding::deadline)
    facts.status = fmt::format("hung: stopped after {}", duration(run.duration));
  if (run.ending == RunEnding::finished) facts.status_colour = theme_.success;
  if (run.ending == RunEnding::failed) facts.status_colour = theme_.error;
  if (run.hung()) facts.status_colour = theme_.state(ActorState::blocked);
  if (hides) facts.status_colour = theme_.accent;
  if (auto const scale = top_bar_.draw(facts, theme_, layout.top_bar, report_, wishes)) {
    settings_.font_scale = std::clamp(*scale, 0.7F, 2.5F);
    frames_owed_ = frames_after_input;
  }
  if (banner_.visible() && !draw_banner(shown_banner(), theme_, layout.banner, report_)) banner_ = {};
}

void Player::draw_centre(Context const& context, Layout const& layout) {
  Caption const& caption = shown_.caption(playback_.step(), detail());
  if (draw_caption(caption, detail(), theme_, layout.caption, report_)) carry_out({Action::toggle_detail});
  {
    Pane const pane("stage", layout.stage, theme_, theme_.window, 0);
    report_.widget("stage", layout.stage);
    if (trace().events.empty()) {
      empty_state(theme_, "Nothing was recorded", "The recording ended before the first event of the program.");
    } else {
      stage_.draw(context, ImGui::GetContentRegionAvail(), report_);
    }
  }
  if (layout.timeline.empty() || trace().events.empty()) return;
  Pane const pane("timeline", layout.timeline, theme_, theme_.panel, 0);
  report_.widget("timeline", layout.timeline);
  timeline_.draw(context, ImGui::GetContentRegionAvail());
}

void Player::draw_side(Context const& context, Layout const& layout) {
  if (!layout.side.empty()) {
    Pane const pane("side", layout.side, theme_, theme_.panel);
    struct Heading {
      Tab tab;
      char const *name, *words;
      Action action;
    };
    for (Heading const& choice : {Heading{Tab::code, "tab:code", "Code", Action::show_code},
                                  Heading{Tab::inspector, "tab:inspector", "Inspector", Action::show_inspector},
                                  Heading{Tab::why, "tab:why", "Why", Action::show_why}}) {
      if (tab(choice.name, choice.words, tab_ == choice.tab, theme_, tooltip(choice.action))) tab_ = choice.tab;
      report_.last_widget(choice.name);
      ImGui::SameLine(0, 2.5F * theme_.unit);
    }
    ImGui::NewLine();
    switch (tab_) {
      case Tab::code: code_.draw(context, report_); break;
      case Tab::inspector: draw_inspector(context, &shown_.stats(), report_); break;
      case Tab::why: why_.draw(context, report_); break;
    }
  }
  if (layout.events.empty()) return;
  Pane const pane("events", layout.events, theme_, theme_.panel);
  if (lesson_.hides_future()) {
    empty_state(theme_, "Events", "They are hidden while the lesson asks what comes next.");
    return;
  }
  if (events_.draw(context, report_)) requests_.animate = true;
}

std::string Player::report() {
  constexpr char const* tabs[] = {"code", "inspector", "why"};
  Step const step = playback_.step();
  std::string widgets;
  // Names of widgets may contain the names of a trace's processes.
  for (auto const& [name, rect] : report_.take_widgets()) {
    std::string plain;
    for (char const c : name) plain += c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ' ? '?' : c;
    widgets +=
        fmt::format("{}\"{}\":[{},{},{},{}]", widgets.empty() ? "" : ",", plain, rect[0], rect[1], rect[2], rect[3]);
  }
  frames_owed_ = frames_after_input;
  return fmt::format(
      "{{\"step\":{},\"steps\":{},\"playing\":{},\"moving\":{},\"tab\":\"{}\",\"page\":{},\"asks\":{},\"right\":{},"
      "\"selected\":{},\"help\":{},\"light\":{},\"frames\":{},\"events\":{},\"widgets\":{{{}}}}}",
      step == no_step ? -1 : static_cast<std::int64_t>(step), trace().size(),
      playback_.mode() == Playback::Mode::playing, playback_.moving(), tabs[static_cast<std::size_t>(tab_)],
      lesson_.is_open() ? static_cast<std::int64_t>(lesson_.page()) : -1, lesson_.is_open() && lesson_.asks(),
      lesson_.is_open() && lesson_.has_run() && lesson_.is_right(), selection_.what != Selection::What::nothing, help_,
      settings_.theme == Theme::Mode::light, frames_, events_.size(trace()), widgets);
}

}  // namespace qs::gui
