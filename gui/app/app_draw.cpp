#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "gui/app/app.hpp"
#include "gui/draw/glyphs.hpp"
#include "gui/draw/widgets.hpp"
#include "gui/panes/help.hpp"
#include "gui/panes/inspect/inspector.hpp"
#include "gui/panes/lecture/caption_view.hpp"
#include "gui/window/fonts.hpp"

namespace qs::gui {
namespace {

std::string one_line(std::map<std::string, std::string> const& parameters) {
  std::string words;
  for (auto const& [name, value] : parameters) words += (words.empty() ? "" : "   ") + name + " = " + value;
  return words;
}

std::string name(qs::Choice choice, Trace const& trace) {
  return choice.what == qs::Choice::What::time ? "time" : trace.name(choice.actor);
}

/// Letters for a projector: as large as the stage bears.
float presenter_scale(ImVec2 window) { return std::clamp(std::min(window.x / 860, window.y / 540), 1.0F, 2.5F); }

char const* name(Playback::Mode mode) {
  switch (mode) {
    case Playback::Mode::paused: return "paused";
    case Playback::Mode::playing: return "playing";
    case Playback::Mode::following: return "live";
  }
  return "?";
}

}  // namespace

Context App::context() {
  return Context{
      .trace = document_.trace(),
      .world = document_.world(),
      .before = document_.before(),
      .items = document_.items(),
      .step = playback_.step(),
      .motion = playback_.motion(),
      .live = document_.live(),
      .moves = moves_ ? &*moves_ : nullptr,
      .until = &run_until_,
      .theme = theme_,
      .selection = selection_,
      .requests = requests_,
      .pointed = lesson_active() && lesson_.has_run() && !lesson_.on_tasks() ? &lesson_.step().point : nullptr,
      .hides_future = lesson_active() && lesson_.hides_future(),
      .timeline_move = timeline_move_};
}

LayoutNeeds App::layout_needs(Vec2 window) {
  LayoutNeeds needs{.window = window, .unit = theme_.unit, .presenter = presenter_};
  needs.caption = document_.empty() ? 0 : caption_height(theme_);
  needs.lesson = lesson_active();
  if (presenter_ != Presenter::off) return needs;
  needs.top_bar = TopBar::height(theme_);
  bool const low = is_low(window, theme_.unit);
  bool const bars =
      !low || (document_.live() && !lesson_runs_) || document_.empty() || (browser_wanted_ && !lesson_active());
  needs.control = bars ? ControlBar::height(theme_) : 0;
  if (low) needs.caption *= 0.75F;
  transport_.compact(low);
  needs.banner = banner_height(shown_banner(), theme_, window.x);
  // A lesson has its own buttons.
  bool const led = low && lesson_active() && lesson_.has_run() && !lesson_.on_tasks();
  needs.transport = led ? 0 : transport_.height(theme_);
  needs.side_wanted = side_wanted_;
  needs.browser_wanted = browser_wanted_;
  needs.timeline_wanted = timeline_wanted_;
  return needs;
}

void App::frame() {
  float const wanted = presenter_ == Presenter::off ? settings_.font_scale * window_.density()
                                                    : presenter_scale(ImGui::GetIO().DisplaySize);
  if (std::abs(wanted - wanted_scale_) > 0.01F) fonts_wanted_ = true;
  wanted_scale_ = wanted;
  if (fonts_wanted_) {
    theme_ = make_theme(settings_.theme, wanted);
    theme_.fonts = load_fonts(theme_.scale);
    apply_style(theme_);
    Window::fonts_changed();
    code_.reveal();
    events_.reveal();
    fonts_wanted_ = false;
    frames_owed_ = std::max(frames_owed_, 2);
  }
  document_.place(playback_.step());
  look_at_moves();
  bool const smooth = !wanted_export_ || *wanted_export_ != ExportChoice::svg;  // an SVG smooths its edges itself
  ImGuiStyle& style = ImGui::GetStyle();
  style.AntiAliasedFill = style.AntiAliasedLines = style.AntiAliasedLinesUseTex = smooth;
  requests_ = {};
  window_.begin_frame();
  ImVec2 const size = ImGui::GetIO().DisplaySize;
  if (presenter_ == Presenter::off) {
    settings_.width = static_cast<int>(size.x);
    settings_.height = static_cast<int>(size.y);
  }
  LayoutNeeds const needs = layout_needs({size.x, size.y});
  Layout const layout = make_layout(needs, settings_);
  side_folded_ = layout.side.empty();
  timeline_folded_ = layout.timeline.empty();
  browser_folded_ = settings_.browser_open && layout.browser.empty();
  Context const now = context();
  std::vector<Action> wishes;
  if (presenter_ == Presenter::off) {
    draw_top(layout, wishes);
    if (!layout.control.empty()) control_bar_.draw(now, conductor_, layout.control, report_, wishes);
  }
  draw_panes(now, layout, wishes);
  draw_splitters(layout, needs);
  if (help_) help_ = draw_help(theme_, needs.window, report_);
  std::optional<std::filesystem::path> picked;
  if (picker_.is_open()) picked = picker_.draw(theme_, needs.window, report_);
  if (export_dialog_.is_open()) {
    wanted_export_ = export_dialog_.draw(theme_, needs.window, report_);
    if (wanted_export_) export_frames_ = frames_owed_ = frames_before_export;
  }
  write_report(now, needs);
  window_.end_frame(theme_.window);
  if (wanted_export_ && export_frames_-- == 0)
    export_as(*std::exchange(wanted_export_, std::nullopt),
              {layout.stage.left, layout.caption.empty() ? layout.stage.top : layout.caption.top, layout.stage.right,
               layout.stage.bottom});
  if (picked) open(picked->string());  // the context above refers to the trace that this replaces
  if (keys_wait_ > 0) --keys_wait_;

  if (needs.transport > 0 && transport_.height(theme_) != needs.transport) frames_owed_ = std::max(frames_owed_, 1);
  timeline_move_ = TimelineMove::none;
  grant_requests();
  if (lesson_wishes_) obey(*lesson_wishes_);
  lesson_wishes_.reset();
  for (Action action : wishes) carry_out({action});
  if (wanted_branch_ && conductor_.knows_program()) launch(conductor_.revisit(*wanted_branch_));
  if (wanted_branch_ && !conductor_.knows_program())
    banner_ = {Banner::Tone::warning, why_not_repeated(document_.trace().run)};
  wanted_branch_.reset();
  if (!wishes.empty()) frames_owed_ = std::max(frames_owed_, 1);
}

void App::grant_requests() {
  if (requests_.go_to) playback_.go_to(*requests_.go_to);
  if (requests_.select) {
    if (answered_on_stage(*requests_.select)) return;
    selection_ = *requests_.select;
    if (selection_.what == Selection::What::queue || selection_.what == Selection::What::item) tab_ = Tab::inspector;
  }
  if (requests_.choose) choose(*requests_.choose);
  if (requests_.run_until) run_until(*requests_.run_until);
  if (requests_.go_to || requests_.select || requests_.choose || requests_.run_until)
    frames_owed_ = std::max(frames_owed_, 1);
}

void App::draw_top(Layout const& layout, std::vector<Action>& wishes) {
  RunFacts const& run = document_.trace().run;
  TopBarFacts facts{.title = run.title, .details = one_line(run.parameters), .status = std::string(name(run.ending))};
  facts.font_scale = settings_.font_scale;
  facts.exports = !document_.empty() && !document_.live();
  facts.status_colour = theme_.state(ActorState::ended);
  if (run.ending == RunEnding::finished) facts.status_colour = theme_.success;
  if (run.ending == RunEnding::failed) facts.status_colour = theme_.error;
  if (run.ending == RunEnding::deadlock)
    facts.status = at_present() ? "deadlock: no one could take a step" : "ends in deadlock";
  if (run.ending == RunEnding::deadline) facts.status = fmt::format("hung: stopped after {}", duration(run.duration));
  if (run.hung()) facts.status_colour = theme_.state(ActorState::blocked);
  if (document_.live()) {
    facts.status = document_.stopping() ? "stopping" : "running";
    facts.status_colour = theme_.state(ActorState::running);
    if (conductor_.snapshot().held && !document_.stopping()) {
      bool const stuck = conductor_.snapshot().deadlocked;
      facts.status = stuck && at_present()                                            ? "deadlock"
                     : stuck                                                          ? "ends in deadlock"
                     : conductor_.pace() == RunMode::stepped && !run_until_.running() ? "paused: your turn"
                                                                                      : "running";
      if (stuck) facts.status_colour = theme_.state(ActorState::blocked);
    }
  }
  if (lesson_active() && lesson_.hides_future() && !document_.live()) {
    facts.status = "lesson";
    facts.status_colour = theme_.accent;
  }
  if (auto const scale = top_bar_.draw(facts, theme_, layout.top_bar, report_, wishes)) look(settings_.theme, *scale);
  if (banner_.visible() && !draw_banner(shown_banner(), theme_, layout.banner, report_)) banner_ = {};
}

/// "Scenarios | Lessons" over the left pane.
void App::draw_left_tabs() {
  if (tab("tab:scenarios", "Scenarios", left_ == Left::scenarios, theme_, "Programs to run, with their parameters"))
    left_ = Left::scenarios;
  report_.last_widget("tab:scenarios");
  ImGui::SameLine(0, 2.5F * theme_.unit);
  if (tab("tab:lessons", "Lessons", left_ == Left::lessons, theme_, "Step by step, with questions and tasks"))
    left_ = Left::lessons;
  report_.last_widget("tab:lessons");
}

void App::draw_panes(Context const& context, Layout const& layout, std::vector<Action>& wishes) {
  if (!layout.browser.empty()) {
    Pane const pane("browser", layout.browser, theme_, theme_.panel);
    draw_left_tabs();
    if (left_ == Left::lessons) lesson_wishes_ = lesson_view_.draw(lesson_, theme_, report_);
  }
  if (!layout.browser.empty() && left_ == Left::scenarios) {
    Pane const pane("browser", layout.browser, theme_, theme_.panel);
    auto const browsed = browser_.draw(theme_, report_, document_.live(), document_.stopping());
    if (browsed.run || browsed.stop) wishes.push_back(Action::run_stop);
    if (browsed.run_other) wishes.push_back(Action::run_other);
    if (browsed.open_file) picker_.open(".");
  }
  draw_centre(context, layout);
  draw_side(context, layout);
  if (layout.transport.empty()) return;
  Pane const pane("transport", layout.transport, theme_, theme_.panel);
  transport_.draw(context, playback_, report_, wishes);
}

void App::draw_opening(Document::Opening const& opening) {
  empty_state(theme_, theme_.fonts.title, "Opening " + opening.file.filename().string() + "\u2026",
              "Reading the events, then the state at each step.");
  float const inset = 2 * theme_.unit;
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + inset);
  ImGui::PushStyleColor(ImGuiCol_PlotHistogram, theme_.accent);
  ImGui::ProgressBar(opening.part,
                     {std::max(ImGui::GetContentRegionAvail().x - inset, theme_.unit), 1.5F * theme_.unit}, "");
  ImGui::PopStyleColor();
  report_.last_widget("opening");
}

void App::draw_centre(Context const& context, Layout const& layout) {
  Caption const caption = document_.caption(playback_.step(), detail());
  if (draw_caption(caption, detail(), theme_, layout.caption, report_)) toggle_detail();
  {
    Pane const pane("stage", layout.stage, theme_, theme_.window, 0);
    report_.widget("stage", layout.stage);
    if (auto const opening = document_.opening()) {
      draw_opening(*opening);
    } else if (document_.empty()) {
      conductor_.snapshot().held ? empty_state(theme_, "Before the first choice",
                                               "The program is paused. Press Enter or 1 to make the first choice.")
      : document_.live()
          ? empty_state(theme_, "Starting\u2026", "Waiting for the first events of the program.")
          : empty_state(
                theme_, theme_.fonts.title, "A microscope for inter-process queues",
                "Choose a scenario on the left and press Run. It starts real processes and shows each one live, with "
                "its feeder thread, the pipe and the locks. Then scrub, step, or play the recording as slowly "
                "as you like. Press F1 for all keys.");
    } else {
      stage_.draw(context, ImGui::GetContentRegionAvail(), report_);
    }
  }
  if (layout.timeline.empty()) return;
  Pane const pane("timeline", layout.timeline, theme_, theme_.panel, 0);
  report_.widget("timeline", layout.timeline);
  if (document_.empty()) {
    empty_state(theme_, "Timeline", "One lane for each process and feeder thread.");
  } else {
    timeline_.draw(context, ImGui::GetContentRegionAvail());
  }
}

void App::draw_side(Context const& context, Layout const& layout) {
  if (!layout.side.empty()) {
    Pane const pane("side", layout.side, theme_, theme_.panel);
    report_.widget("side", layout.side);
    struct Heading {
      Tab tab;
      char const *name, *words;
      Action action;
    };
    for (Heading const& choice : {Heading{Tab::code, "tab:code", "Code", Action::show_code},
                                  Heading{Tab::inspector, "tab:inspector", "Inspector", Action::show_inspector},
                                  Heading{Tab::why, "tab:why", "Why", Action::show_why},
                                  Heading{Tab::schedule, "tab:schedule", "Schedule", Action::show_schedule}}) {
      if (tab(choice.name, choice.words, tab_ == choice.tab, theme_, tooltip(choice.action))) tab_ = choice.tab;
      report_.last_widget(choice.name);
      ImGui::SameLine(0, 2.5F * theme_.unit);
    }
    ImGui::NewLine();
    switch (tab_) {
      case Tab::code: code_.draw(context, report_); break;
      case Tab::inspector: draw_inspector(context, document_.stats(), report_); break;
      case Tab::why: why_.draw(context, report_); break;
      case Tab::schedule:
        if (auto const branch = steps_.draw(context, conductor_, report_)) wanted_branch_ = branch;
        break;
    }
  }
  if (layout.events.empty()) return;
  Pane const pane("events", layout.events, theme_, theme_.panel);
  if (lesson_active() && lesson_.hides_future()) {
    empty_state(theme_, "Events", "They are hidden while the lesson asks what comes next.");
    return;
  }
  if (events_.draw(context, report_)) requests_.animate = true;
}

void App::draw_splitters(Layout const& layout, LayoutNeeds const& needs) {
  struct Handle {
    Splitter which;
    char const* name;
    Rect rect;
    bool upright;
  };
  for (Handle const& handle : {Handle{Splitter::browser, "splitter:browser", layout.browser_splitter, true},
                               Handle{Splitter::side, "splitter:side", layout.side_splitter, true},
                               Handle{Splitter::stage, "splitter:stage", layout.stage_splitter, false},
                               Handle{Splitter::events, "splitter:events", layout.events_splitter, false}}) {
    if (handle.rect.empty()) continue;
    Pane const pane(handle.name, handle.rect, theme_, theme_.window, 0);
    ImGui::InvisibleButton(handle.name, {handle.rect.width(), handle.rect.height()});
    report_.last_widget(handle.name);
    if (ImGui::IsItemHovered() || ImGui::IsItemActive()) {
      ImGui::SetMouseCursor(handle.upright ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
      ImGui::GetWindowDrawList()->AddRectFilled({handle.rect.left, handle.rect.top},
                                                {handle.rect.right, handle.rect.bottom}, theme_.accent);
    }
    if (!ImGui::IsItemActive()) continue;
    ImVec2 const pointer = ImGui::GetMousePos();
    drag(handle.which, {pointer.x, pointer.y}, needs, settings_);
    requests_.animate = true;
  }
}

void App::write_report(Context const& context, LayoutNeeds const& needs) {
  if (!report_.wanted()) return;
  constexpr char const* tabs[] = {"code", "inspector", "why", "schedule"};
  constexpr char const* paces[] = {"free", "paced", "stepped"};
  Step const steps = context.trace.size();
  SchedulerSnapshot const& table = conductor_.snapshot();
  report_.write({{"step", context.step == no_step ? -1 : static_cast<std::int64_t>(context.step)},
                 {"steps", steps},
                 {"state", name(playback_.mode())},
                 {"running", document_.live()},
                 {"opening", document_.opening().has_value()},
                 {"ending", name(context.trace.run.ending)},
                 {"scenario", browser_.chosen() ? browser_.chosen()->name : ""},
                 {"parameters", browser_.parameters()},
                 {"selected", selection_words(context.trace, context.world, selection_)},
                 {"speed", playback_.speed()},
                 {"tab", tabs[static_cast<std::size_t>(tab_)]},
                 {"pace", paces[static_cast<std::size_t>(conductor_.pace())]},
                 {"held", table.held && !table.prefix},
                 {"choices", table.steps},
                 {"can_go", moves_ && moves_->open() ? moves_->enabled.size() : 0},
                 {"proposed", moves_ && moves_->proposed ? name(*moves_->proposed, context.trace) : ""},
                 {"deadlocked", table.deadlocked},
                 {"run_until", run_until_.words()},
                 {"decisions", context.trace.decisions.size()},
                 {"schedule", to_text(conductor_.schedule())},
                 {"branches", conductor_.branches().rows().size()},
                 {"events", events_.size(context.trace)},
                 {"banner", shown_banner().text},
                 {"caption", document_.caption(playback_.step(), detail()).text()},
                 {"detail", detail() == DetailLevel::acts ? "acts" : "steps"},
                 {"lesson", lesson_.is_open() ? lesson_.lesson().name : ""},
                 {"lesson_page", lesson_.is_open() ? static_cast<std::int64_t>(lesson_.page()) : -1},
                 {"lesson_asks", lesson_.is_open() && lesson_.asks()},
                 {"presenter", presenter_ != Presenter::off},
                 {"help", help_},
                 {"writing", ImGui::GetIO().WantTextInput},
                 {"theme", settings_.theme == Theme::Mode::dark ? "dark" : "light"},
                 {"font_scale", std::round(settings_.font_scale * 100) / 100},
                 {"window", {needs.window.x, needs.window.y}}},
                frame_ms_);
}

}  // namespace qs::gui
