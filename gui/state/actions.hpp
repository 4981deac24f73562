// Every user action with its key: one table for the keyboard, the tooltips and the help.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gui/window/keys.hpp"

namespace qs::gui {

enum class Action : std::uint8_t {
  play_pause,
  step_forward,
  step_back,
  leap_forward,
  leap_back,
  first,
  last,
  next_block,
  previous_block,
  next_wake,
  previous_wake,
  next_sentinel,
  previous_sentinel,
  next_decision,
  previous_decision,
  follow_live,
  faster,
  slower,
  run_stop,
  run_other,
  find_scenario,
  filter_events,
  next_event,
  previous_event,
  next_actor,
  previous_actor,
  select_nth,
  clear_selection,
  show_code,
  show_inspector,
  show_why,
  show_schedule,
  pause_run,
  go_proposed,
  run_until,
  time_passes,
  go_on_from_here,
  copy_schedule,
  save,
  export_run,
  toggle_browser,
  zoom_in,
  zoom_out,
  pan_left,
  pan_right,
  fit_timeline,
  larger_text,
  smaller_text,
  usual_text,
  toggle_theme,
  toggle_detail,
  presenter,
  show_timeline,
  help,
  quit,
};

struct ActionFacts {
  Action action;
  std::string_view group;
  std::string_view keys;   ///< as written on a keyboard: "Shift+Right"
  std::string_view words;  ///< what it does
};

/// All of them, group by group, in the order of the help.
std::span<ActionFacts const> actions();
ActionFacts const& facts(Action action);
/// "Play or pause  (Space)"
std::string tooltip(Action action);

struct ActionRequest {
  Action action;
  int number = 0;  ///< of select_nth: 1 to 9
};

/// What a key means while no text field has the focus.
std::optional<ActionRequest> wish_of(KeyPress const& press);
/// The same in the presenter's view, where the keys of a remote control step.
std::optional<ActionRequest> presenter_wish_of(KeyPress const& press);

}  // namespace qs::gui
