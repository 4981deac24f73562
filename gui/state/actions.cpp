#include "gui/state/actions.hpp"

#include <algorithm>
#include <array>

namespace qs::gui {
namespace {

constexpr std::string_view playing = "Playing", jumping = "Jumping", looking = "Looking", showing = "The window",
                           choosing = "You are the scheduler";

constexpr std::array table{
    ActionFacts{Action::play_pause, playing, "Space", "Play or pause"},
    ActionFacts{Action::step_forward, playing, "Right", "One step forward (PgDn while presenting)"},
    ActionFacts{Action::step_back, playing, "Left", "One step back (PgUp while presenting)"},
    ActionFacts{Action::leap_forward, playing, "PgDn", "Forward by a tenth of the run"},
    ActionFacts{Action::leap_back, playing, "PgUp", "Back by a tenth of the run"},
    ActionFacts{Action::toggle_detail, playing, "E", "A step is an act, or every event"},
    ActionFacts{Action::first, playing, "Home", "To the beginning"},
    ActionFacts{Action::last, playing, "End", "To the end"},
    ActionFacts{Action::faster, playing, "+", "Play faster"},
    ActionFacts{Action::slower, playing, "-", "Play slower"},
    ActionFacts{Action::follow_live, playing, "L", "Follow the running program"},
    ActionFacts{Action::next_block, jumping, "Shift+Right", "To the next block"},
    ActionFacts{Action::previous_block, jumping, "Shift+Left", "To the previous block"},
    ActionFacts{Action::next_wake, jumping, "U", "To the next wake-up"},
    ActionFacts{Action::previous_wake, jumping, "Shift+U", "To the previous wake-up"},
    ActionFacts{Action::next_sentinel, jumping, "N", "To the next sentinel (None)"},
    ActionFacts{Action::previous_sentinel, jumping, "Shift+N", "To the previous sentinel"},
    ActionFacts{Action::next_decision, jumping, ".", "To the next scheduling choice"},
    ActionFacts{Action::previous_decision, jumping, ",", "To the previous choice"},
    ActionFacts{Action::next_event, jumping, "Down", "To the next event in the list"},
    ActionFacts{Action::previous_event, jumping, "Up", "To the previous event in the list"},
    ActionFacts{Action::next_actor, looking, "Tab", "Select the next process or feeder"},
    ActionFacts{Action::previous_actor, looking, "Shift+Tab", "Select the previous one"},
    ActionFacts{Action::select_nth, looking, "1 to 9", "Select it; while paused: it goes next"},
    ActionFacts{Action::clear_selection, looking, "Esc", "Clear the selection"},
    ActionFacts{Action::zoom_in, looking, "W", "Timeline: closer"},
    ActionFacts{Action::zoom_out, looking, "S", "Timeline: farther"},
    ActionFacts{Action::pan_left, looking, "A", "Timeline: earlier"},
    ActionFacts{Action::pan_right, looking, "D", "Timeline: later"},
    ActionFacts{Action::fit_timeline, looking, "F", "Timeline: the whole run"},
    ActionFacts{Action::filter_events, looking, "Ctrl+F", "Filter the events"},
    ActionFacts{Action::pause_run, choosing, "P", "Pause or continue the program"},
    ActionFacts{Action::go_proposed, choosing, "Enter", "Make the proposed choice"},
    ActionFacts{Action::run_until, choosing, "B", "Run until a breakpoint; Esc stops it"},
    ActionFacts{Action::time_passes, choosing, "0", "Advance time to the next deadline"},
    ActionFacts{Action::go_on_from_here, choosing, "G", "Run again up to here, then choose"},
    ActionFacts{Action::copy_schedule, choosing, "Ctrl+C", "Copy the schedule"},
    ActionFacts{Action::show_schedule, choosing, "F6", "Show the enabled choices and schedules"},
    ActionFacts{Action::run_stop, showing, "F5", "Run or stop the scenario"},
    ActionFacts{Action::run_other, showing, "Shift+F5", "Run it with the other mechanism"},
    ActionFacts{Action::find_scenario, showing, "/", "Find a scenario"},
    ActionFacts{Action::toggle_browser, showing, "Ctrl+B", "Show or hide the scenarios"},
    ActionFacts{Action::show_code, showing, "F2", "Show the code"},
    ActionFacts{Action::show_inspector, showing, "F3", "Show the inspector"},
    ActionFacts{Action::show_why, showing, "F4", "Explain why it is blocked"},
    ActionFacts{Action::show_timeline, showing, "F7", "Show or fold the timeline"},
    ActionFacts{Action::presenter, showing, "F11", "Present: full screen, stage and caption"},
    ActionFacts{Action::save, showing, "Ctrl+S", "Save the trace"},
    ActionFacts{Action::export_run, showing, "Ctrl+E", "Export a page or a picture"},
    ActionFacts{Action::larger_text, showing, "Ctrl +", "Larger text"},
    ActionFacts{Action::smaller_text, showing, "Ctrl -", "Smaller text"},
    ActionFacts{Action::usual_text, showing, "Ctrl 0", "Default text size"},
    ActionFacts{Action::toggle_theme, showing, "T", "Dark or light theme"},
    ActionFacts{Action::help, showing, "F1 or ?", "Show this help"},
    ActionFacts{Action::quit, showing, "Ctrl+Q", "Quit"},
};

std::optional<Action> of_character(char32_t character, bool control) {
  if (control) {
    switch (character) {
      case '+':
      case '=': return Action::larger_text;
      case '-': return Action::smaller_text;
      case '0': return Action::usual_text;
      case 'c': return Action::copy_schedule;
      case 's': return Action::save;
      case 'e': return Action::export_run;
      case 'b': return Action::toggle_browser;
      case 'f': return Action::filter_events;
      case 'q': return Action::quit;
      default: return std::nullopt;
    }
  }
  switch (character) {
    case ' ': return Action::play_pause;
    case '+':
    case '=': return Action::faster;
    case '-': return Action::slower;
    case 'l': return Action::follow_live;
    case 'u': return Action::next_wake;
    case 'U': return Action::previous_wake;
    case 'n': return Action::next_sentinel;
    case 'N': return Action::previous_sentinel;
    case '.': return Action::next_decision;
    case ',': return Action::previous_decision;
    case 'p': return Action::pause_run;
    case '0': return Action::time_passes;
    case 'b': return Action::run_until;
    case 'g': return Action::go_on_from_here;
    case 'e': return Action::toggle_detail;
    case 'w': return Action::zoom_in;
    case 's': return Action::zoom_out;
    case 'a': return Action::pan_left;
    case 'd': return Action::pan_right;
    case 'f': return Action::fit_timeline;
    case '/': return Action::find_scenario;
    case 't': return Action::toggle_theme;
    case '?': return Action::help;
    default: return std::nullopt;
  }
}

std::optional<Action> of_key(Key key, bool shift) {
  switch (key) {
    case Key::right: return shift ? Action::next_block : Action::step_forward;
    case Key::left: return shift ? Action::previous_block : Action::step_back;
    case Key::down: return Action::next_event;
    case Key::up: return Action::previous_event;
    case Key::page_down: return Action::leap_forward;
    case Key::page_up: return Action::leap_back;
    case Key::home: return Action::first;
    case Key::end: return Action::last;
    case Key::tab: return shift ? Action::previous_actor : Action::next_actor;
    case Key::enter: return Action::go_proposed;
    case Key::escape: return Action::clear_selection;
    case Key::f1: return Action::help;
    case Key::f2: return Action::show_code;
    case Key::f3: return Action::show_inspector;
    case Key::f4: return Action::show_why;
    case Key::f6: return Action::show_schedule;
    case Key::f5: return shift ? Action::run_other : Action::run_stop;
    case Key::f7: return Action::show_timeline;
    case Key::f11: return Action::presenter;
    default: return std::nullopt;
  }
}

}  // namespace

std::span<ActionFacts const> actions() { return table; }

ActionFacts const& facts(Action action) {
  return *std::find_if(table.begin(), table.end(), [&](ActionFacts const& row) { return row.action == action; });
}

std::string tooltip(Action action) {
  ActionFacts const& row = facts(action);
  return std::string(row.words).append("  (").append(row.keys).append(")");
}

std::optional<ActionRequest> wish_of(KeyPress const& press) {
  if (press.key != Key::character) {
    auto const action = of_key(press.key, press.shift);
    return action ? std::optional(ActionRequest{*action}) : std::nullopt;
  }
  if (!press.control && press.character >= '1' && press.character <= '9') {
    return ActionRequest{Action::select_nth, static_cast<int>(press.character - '0')};
  }
  auto const action = of_character(press.character, press.control);
  return action ? std::optional(ActionRequest{*action}) : std::nullopt;
}

std::optional<ActionRequest> presenter_wish_of(KeyPress const& press) {
  if (press.key == Key::page_down) return ActionRequest{Action::step_forward};
  if (press.key == Key::page_up) return ActionRequest{Action::step_back};
  return wish_of(press);
}

}  // namespace qs::gui
