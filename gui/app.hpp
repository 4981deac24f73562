// The application: one loop that waits, takes in what happened, and draws when something changed.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gui/actions.hpp"
#include "gui/banner.hpp"
#include "gui/browser.hpp"
#include "gui/code.hpp"
#include "gui/conductor.hpp"
#include "gui/control_bar.hpp"
#include "gui/document.hpp"
#include "gui/endings.hpp"
#include "gui/events.hpp"
#include "gui/file_picker.hpp"
#include "gui/jumps.hpp"
#include "gui/layout.hpp"
#include "gui/moves.hpp"
#include "gui/playback.hpp"
#include "gui/report.hpp"
#include "gui/run_until.hpp"
#include "gui/settings.hpp"
#include "gui/stage.hpp"
#include "gui/steps_view.hpp"
#include "gui/timeline.hpp"
#include "gui/top_bar.hpp"
#include "gui/transport.hpp"
#include "gui/why.hpp"
#include "gui/window.hpp"
#include "sim/diagnosis.hpp"

namespace qs::gui {

class App {
 public:
  App(Window& window, Settings settings, Report& report);

  /// All three may be called before run(). A file that cannot be read becomes a banner.
  void open(std::string const& file);
  void choose(std::string const& name, std::map<std::string, std::string> const& parameters);
  void start();
  void start_other();
  void play() { playback_.play(); }

  /// Until the window is closed.
  void run();
  Settings const& settings() const { return settings_; }

 private:
  enum class Tab : std::uint8_t { code, inspector, why, schedule };

  // taking in
  double patience() const;
  bool take_in(double seconds);
  void press(KeyPress const& press);
  void carry_out(Wish wish);
  void carry_out_showing(Wish wish);
  bool carry_out_scheduling(Wish wish);
  void look_at_moves();
  bool at_present() const;
  void choose(Choice choice);
  void run_until(std::string const& line);
  bool run_towards();
  void launch(RunOptions options);
  void go_on_from_here();
  void note_deadlock();
  static RunOptions program_of(Trace const& trace);
  void save();
  void jump(Direction direction, Landmark landmark);
  void select_actor(std::int64_t index);
  void select_next_actor(int direction);
  void shown_anew();
  void run_ended();
  bool explain_if_stuck();
  bool compare_endings();
  Diagnosis diagnosis_of_end();
  static std::string deadlock_words(Diagnosis const& diagnosis);
  void look(Theme::Mode mode, float scale);

  // drawing (app_draw.cpp)
  void frame();
  Context context();
  void draw_panes(Context const& context, Layout const& layout, std::vector<Action>& wishes);
  void draw_centre(Context const& context, Layout const& layout);
  void draw_side(Context const& context, Layout const& layout);
  void draw_splitters(Layout const& layout, LayoutNeeds const& needs);
  void draw_top(Layout const& layout, std::vector<Action>& wishes);
  void grant_requests();
  void write_report(Context const& context, LayoutNeeds const& needs);

  Window& window_;
  Settings settings_;
  Report& report_;
  Theme theme_;
  Document document_;
  Playback playback_;
  Browser browser_;
  Conductor conductor_;
  RunUntil run_until_;
  ControlBar control_bar_;
  std::optional<Moves> moves_;  ///< at the play head
  bool deadlock_told_ = false;
  std::optional<std::size_t> wanted_branch_;  ///< clicked: to be run again after the frame
  CodeView code_;
  EventsView events_;
  WhyView why_;
  StageView stage_;
  StepsView steps_;
  TimelineView timeline_;
  TopBar top_bar_;
  Transport transport_;
  FilePicker picker_;
  Banner banner_;
  Endings endings_;
  Selection selection_;
  Requests requests_;
  TimelineMove timeline_move_ = TimelineMove::none;
  Tab tab_ = Tab::code;
  bool help_ = false;
  bool quit_ = false;
  bool fonts_wanted_ = true;
  double frame_ms_ = 0;  ///< that the last frame took
  int frames_owed_ = 3;  ///< ImGui needs a few to settle after an input
  std::chrono::steady_clock::time_point last_;
};

}  // namespace qs::gui
