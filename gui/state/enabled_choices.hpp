// The choices enabled at one moment of a controlled run: at present, where the user may choose, or in the past, where
// one was made.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/control/control.hpp"
#include "sim/control/interactive_scheduler.hpp"
#include "sim/trace/trace.hpp"

namespace qs::gui {

struct EnabledChoices {
  std::vector<Choice> enabled;      ///< in the order of actors; last `time`, where time can pass
  std::vector<ActorStatus> status;  ///< of each actor at present; empty in the past
  std::optional<Choice> proposed;   ///< now: what is chosen by default
  std::optional<Choice> made;       ///< in the past: what was chosen
  std::size_t decision = 0;         ///< how many choices there were before

  bool open() const { return !status.empty(); }
  bool can(Choice choice) const;
  bool time() const { return can({Choice::What::time}); }
  /// From 1, in the order of actors; 0: it is not enabled.
  int number_of(ActorIndex actor) const;
  std::optional<Choice> nth(int number) const;
  ActorStatus const* status_of(ActorIndex actor) const;  ///< nullptr in the past, and for an unknown actor
};

/// How many choices have been made when the play head is at `step`.
std::size_t decisions_before(Trace const& trace, Step step);
/// The choice made right after `step`, if one was.
std::optional<EnabledChoices> past_moves(Trace const& trace, Step step);
std::optional<EnabledChoices> present_moves(SchedulerSnapshot const& table);
/// The step at which the next or the previous choice is about to be made.
std::optional<Step> next_decision(Trace const& trace, Step step);
std::optional<Step> previous_decision(Trace const& trace, Step step);
/// How many steps of the trace lie ahead of the play head.
Step steps_ahead(Trace const& trace, Step step);
/// "Ends in deadlock, 3 choices ahead", for an `ending` of "Ends in deadlock"; in steps where no choice is left.
/// Empty at the end of the trace.
std::string ending_ahead(Trace const& trace, Step step, std::string_view ending);
/// The first event that the choice caused; no_step if it caused none.
Step event_of(Trace const& trace, std::size_t decision);

}  // namespace qs::gui
