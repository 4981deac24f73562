// Replays one recorded run, or shows one lesson, with the window's own views: what a page in a browser contains. It
// knows no live run, no files and no processes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gui/app/layout.hpp"
#include "gui/panes/bars/banner.hpp"
#include "gui/panes/bars/top_bar.hpp"
#include "gui/panes/bars/transport.hpp"
#include "gui/panes/code.hpp"
#include "gui/panes/events.hpp"
#include "gui/panes/lecture/lesson_view.hpp"
#include "gui/panes/why_view.hpp"
#include "gui/picture/picture_view.hpp"
#include "gui/stage/stage_view.hpp"
#include "gui/state/actions.hpp"
#include "gui/state/enabled_choices.hpp"
#include "gui/state/jumps.hpp"
#include "gui/state/lesson_session.hpp"
#include "gui/state/playback.hpp"
#include "gui/state/shown_trace.hpp"
#include "gui/timeline/timeline_view.hpp"
#include "gui/window/settings.hpp"
#include "gui/window/ui_test_log.hpp"
#include "gui/window/window.hpp"

namespace qs::gui {

/// How a page opens, as the end of its address says it: "#step=120&theme=light&view=picture".
struct PlayerOptions {
  std::optional<Step> step;
  Theme::Mode theme = Theme::Mode::dark;
  bool picture = false;  ///< nothing but what `queuescope shot` draws
  bool play = false;
};
PlayerOptions player_options(std::string_view address_end);

class Player {
 public:
  Player(Window& window, Trace trace, std::optional<Lesson> lesson, PlayerOptions const& options);

  /// Lets time pass, and draws if something has changed.
  void tick(double seconds);
  /// What is shown, as JSON, for tests.
  std::string report();

 private:
  enum class Tab : std::uint8_t { code, inspector, why };

  Trace const& trace() const { return shown_.trace(); }
  DetailLevel detail() const { return lesson_.is_open() ? lesson_detail_ : settings_.detail; }
  void press_keys(Input const& input);
  void carry_out(ActionRequest wish);
  void carry_out_jump(Action action);
  void carry_out_look(Action action);
  void jump(Direction direction, Landmark landmark);
  void select_actor(std::int64_t index);
  void show_tab(Tab tab);
  void show_lesson_moment();
  void obey(LessonWishes const& wishes);
  bool answered_on_stage(Selection const& clicked);
  void explain_if_stuck();
  Banner shown_banner() const;

  void frame();
  void load_theme();
  Context context();
  LayoutNeeds layout_needs(Vec2 window);
  void draw_top(Layout const& layout, std::vector<Action>& wishes);
  void draw_centre(Context const& context, Layout const& layout);
  void draw_side(Context const& context, Layout const& layout);
  void grant_requests();

  Window& window_;
  ShownTrace shown_;
  Settings settings_;
  UiTestLog report_{""};
  Theme theme_;
  Playback playback_;
  std::optional<EnabledChoices> moves_;
  CodeView code_;
  EventsView events_;
  WhyView why_;
  StageView stage_;
  TimelineView timeline_;
  TopBar top_bar_;
  Transport transport_;
  PictureView picture_;
  bool only_picture_ = false;
  Banner banner_;
  Selection selection_;
  Requests requests_;
  TimelineMove timeline_move_ = TimelineMove::none;
  Tab tab_ = Tab::code;
  bool side_wanted_ = false, timeline_wanted_ = false, side_folded_ = false, timeline_folded_ = false;
  LessonSession lesson_{{}};
  LessonView lesson_view_{LessonView::Place::page};
  DetailLevel lesson_detail_ = DetailLevel::acts;
  bool help_ = false;
  bool fonts_wanted_ = true;
  float wanted_scale_ = 0;
  std::vector<KeyPress> waiting_keys_;  ///< until it is known who has the keyboard
  int keys_wait_ = 0;
  int frames_owed_ = 3;  ///< ImGui needs a few to settle after input
  double since_change_ = 0;
  std::uint64_t frames_ = 0;
};

}  // namespace qs::gui
