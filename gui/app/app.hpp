// The application: one loop that waits, handles what happened, and draws if something changed.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gui/app/layout.hpp"
#include "gui/panes/bars/banner.hpp"
#include "gui/panes/bars/control_bar.hpp"
#include "gui/panes/bars/top_bar.hpp"
#include "gui/panes/bars/transport.hpp"
#include "gui/panes/browser.hpp"
#include "gui/panes/code.hpp"
#include "gui/panes/events.hpp"
#include "gui/panes/export_dialog.hpp"
#include "gui/panes/file_picker.hpp"
#include "gui/panes/lecture/lesson_view.hpp"
#include "gui/panes/steps_view.hpp"
#include "gui/panes/why_view.hpp"
#include "gui/stage/stage_view.hpp"
#include "gui/state/actions.hpp"
#include "gui/state/document.hpp"
#include "gui/state/enabled_choices.hpp"
#include "gui/state/interactive_session.hpp"
#include "gui/state/jumps.hpp"
#include "gui/state/lesson_session.hpp"
#include "gui/state/mechanism_comparison.hpp"
#include "gui/state/playback.hpp"
#include "gui/state/run_until.hpp"
#include "gui/timeline/timeline_view.hpp"
#include "gui/window/settings.hpp"
#include "gui/window/ui_test_log.hpp"
#include "gui/window/window.hpp"
#include "sim/diagnosis/diagnosis.hpp"

namespace qs::gui {

class App {
 public:
  App(Window& window, Settings settings, UiTestLog& report);

  /// All three may be called before run(). A file that cannot be read becomes a banner.
  void open(std::string const& file);
  void choose(std::string const& name, std::map<std::string, std::string> const& parameters);
  void start();
  void start_other();
  void play() { playback_.play(); }
  /// Opens the lessons: one by name or file, or with "" their list.
  void teach(std::string const& name);

  /// Until the window is closed.
  void run();
  Settings const& settings() const { return settings_; }

 private:
  enum class Left : std::uint8_t { scenarios, lessons };
  enum class Tab : std::uint8_t { code, inspector, why, schedule };

  // input and progress
  double frame_interval() const;
  bool take_in(double seconds);
  void press_keys(Input const& input);
  void press(KeyPress const& press);
  bool text_field_asked_for(Action action) const;
  void carry_out(ActionRequest wish);
  void carry_out_showing(ActionRequest wish);
  bool carry_out_scheduling(ActionRequest wish);
  void look_at_moves();
  bool at_present() const;
  void choose(Choice choice);
  void run_until(std::string const& line);
  bool run_towards();
  void launch(RunOptions options);
  void go_on_from_here();
  void note_deadlock();
  Banner shown_banner() const;
  void save();
  void export_as(ExportChoice choice, Rect const& seen);
  void jump(Direction direction, Landmark landmark);
  void select_actor(std::int64_t index);
  void select_next_actor(int direction);
  void shown_anew();
  void opened(Document::News news);
  void run_ended();
  bool explain_if_stuck();
  bool compare_endings();
  Diagnosis diagnosis_of_end();
  static std::string deadlock_words(Diagnosis const& diagnosis);
  static constexpr int frames_after_input = 3;
  /// Without the dialog, so that each buffer of the screen shows the same.
  static constexpr int frames_before_export = 4;
  static constexpr char const* deadlock_ahead = "This run ends in deadlock";
  void look(Theme::Mode mode, float scale);
  bool tells() const;
  DetailLevel detail() const;
  void toggle_detail();
  void step_by_act(int direction);
  void present(Presenter presenter);
  void show_tab(Tab tab);

  // lessons (app_lesson.cpp)
  void teach(Lesson lesson);
  void lesson_ran();
  void show_lesson_moment();
  bool lesson_active() const;
  void obey(LessonWishes const& wishes);
  bool answered_on_stage(Selection const& clicked);
  void begin_task(std::size_t task);
  bool judge_task(RunEnding ending = RunEnding::none);
  Banner task_banner() const;

  // drawing (app_draw.cpp)
  void frame();
  Context context();
  LayoutNeeds layout_needs(Vec2 window);
  void draw_panes(Context const& context, Layout const& layout, std::vector<Action>& wishes);
  void draw_left_tabs();
  void draw_opening(Document::Opening const& opening);
  void draw_centre(Context const& context, Layout const& layout);
  void draw_side(Context const& context, Layout const& layout);
  void draw_splitters(Layout const& layout, LayoutNeeds const& needs);
  void draw_top(Layout const& layout, std::vector<Action>& wishes);
  void grant_requests();
  void write_report(Context const& context, LayoutNeeds const& needs);

  Window& window_;
  Settings settings_;
  UiTestLog& report_;
  Theme theme_;
  Document document_;
  Playback playback_;
  Browser browser_;
  InteractiveSession conductor_;
  RunUntil run_until_;
  ControlBar control_bar_;
  std::optional<EnabledChoices> moves_;  ///< at the play head
  bool deadlock_told_ = false;
  std::optional<std::size_t> wanted_branch_;  ///< clicked; run again after the frame
  CodeView code_;
  EventsView events_;
  WhyView why_;
  StageView stage_;
  StepsView steps_;
  TimelineView timeline_;
  TopBar top_bar_;
  Transport transport_;
  FilePicker picker_;
  ExportDialog export_dialog_;
  std::optional<ExportChoice> wanted_export_;  ///< written when export_frames_ more frames have been drawn
  int export_frames_ = 0;
  Banner banner_;
  std::string file_;  ///< that was asked for last
  MechanismComparison endings_;
  Selection selection_;
  Requests requests_;
  TimelineMove timeline_move_ = TimelineMove::none;
  Tab tab_ = Tab::code;
  Left left_ = Left::scenarios;
  LessonSession lesson_;
  LessonView lesson_view_;
  std::optional<LessonWishes> lesson_wishes_;  ///< of this frame
  bool lesson_runs_ = false;                   ///< the live run is the lesson's
  Presenter presenter_ = Presenter::off;
  DetailLevel told_detail_ = DetailLevel::acts;  ///< of presenter and lesson
  bool side_wanted_ = false;                     ///< also where there is little room
  bool timeline_wanted_ = false, browser_wanted_ = false;
  bool side_folded_ = false, timeline_folded_ = false, browser_folded_ = false;  ///< in the last frame
  std::vector<KeyPress> waiting_keys_;  ///< until it is known who has the keyboard
  int keys_wait_ = 0;                   ///< for so many frames
  bool help_ = false;
  bool quit_ = false;
  bool fonts_wanted_ = true;
  float wanted_scale_ = 0;
  double frame_ms_ = 0;  ///< duration of the last frame
  int frames_owed_ = 3;  ///< ImGui needs a few to settle after input
  std::chrono::steady_clock::time_point last_;
};

}  // namespace qs::gui
