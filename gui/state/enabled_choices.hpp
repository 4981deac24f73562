// Who can go on at one moment of a controlled run: now, and a person may choose; or in its past, where somebody
// was chosen.
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
  std::vector<ActorStatus> status;  ///< now: where each actor stands; empty in the past
  std::optional<Choice> proposed;   ///< now: who goes when nobody says who
  std::optional<Choice> made;       ///< in the past: what was chosen
  std::size_t decision = 0;         ///< how many choices there were before

  bool open() const { return !status.empty(); }
  bool can(Choice choice) const;
  bool time() const { return can({Choice::What::time}); }
  /// From 1, in the order of actors; 0: it cannot go on.
  int number_of(ActorIndex actor) const;
  std::optional<Choice> nth(int number) const;
  ActorStatus const* status_of(ActorIndex actor) const;  ///< nullptr in the past, and for a stranger
};

/// How many choices have been made when the play head stands at `step`.
std::size_t decisions_before(Trace const& trace, Step step);
/// The choice that is the next one there. None: there is no later one.
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
/// The first event of what was chosen; no_step where it left none.
Step event_of(Trace const& trace, std::size_t decision);

}  // namespace qs::gui
