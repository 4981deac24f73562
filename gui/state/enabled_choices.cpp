#include "gui/state/enabled_choices.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/text/words.hpp"

namespace qs::gui {
namespace {

Step before(Decision const& decision) { return decision.step == 0 ? no_step : decision.step - 1; }
std::int64_t position(Step step) { return step == no_step ? -1 : static_cast<std::int64_t>(step); }

}  // namespace

bool EnabledChoices::can(Choice choice) const {
  return std::find(enabled.begin(), enabled.end(), choice) != enabled.end();
}

int EnabledChoices::number_of(ActorIndex actor) const {
  for (std::size_t i = 0; i < enabled.size(); ++i) {
    if (enabled[i] == Choice{Choice::What::go, actor}) return static_cast<int>(i) + 1;
  }
  return 0;
}

std::optional<Choice> EnabledChoices::nth(int number) const {
  if (number < 1 || static_cast<std::size_t>(number) > enabled.size()) return std::nullopt;
  Choice const choice = enabled[static_cast<std::size_t>(number) - 1];
  return choice.what == Choice::What::go ? std::optional(choice) : std::nullopt;
}

ActorStatus const* EnabledChoices::status_of(ActorIndex actor) const {
  return actor < status.size() ? &status[actor] : nullptr;
}

std::size_t decisions_before(Trace const& trace, Step step) {
  Step const events = step == no_step ? 0 : step + 1;
  auto const next = std::lower_bound(trace.decisions.begin(), trace.decisions.end(), events,
                                     [](Decision const& decision, Step at) { return decision.step < at; });
  return static_cast<std::size_t>(next - trace.decisions.begin());
}

std::optional<EnabledChoices> past_moves(Trace const& trace, Step step) {
  std::size_t const next = decisions_before(trace, step);
  if (next >= trace.decisions.size()) return std::nullopt;
  // Between the events of one choice there is nothing to choose.
  Decision const& decision = trace.decisions[next];
  if (before(decision) != step) return std::nullopt;
  EnabledChoices moves;
  moves.enabled = decision.enabled;
  moves.made = decision.choice;
  moves.decision = next;
  return moves;
}

std::optional<EnabledChoices> present_moves(SchedulerSnapshot const& table) {
  if (!table.held || table.prefix || table.status.empty()) return std::nullopt;
  EnabledChoices moves;
  moves.enabled = table.enabled;
  moves.status = table.status;
  moves.proposed = table.proposed;
  moves.decision = table.steps;
  return moves;
}

std::optional<Step> next_decision(Trace const& trace, Step step) {
  for (std::size_t next = decisions_before(trace, step); next < trace.decisions.size(); ++next) {
    Step const there = before(trace.decisions[next]);
    if (position(there) > position(step)) return there;
  }
  return std::nullopt;
}

std::optional<Step> previous_decision(Trace const& trace, Step step) {
  for (std::size_t previous = decisions_before(trace, step); previous-- > 0;) {
    Step const there = before(trace.decisions[previous]);
    if (position(there) < position(step)) return there;
  }
  return std::nullopt;
}

Step steps_ahead(Trace const& trace, Step step) { return trace.size() - (step == no_step ? 0 : step + 1); }

std::string ending_ahead(Trace const& trace, Step step, std::string_view ending) {
  Step const steps = steps_ahead(trace, step);
  if (steps == 0) return "";
  std::size_t const choices = trace.decisions.size() - decisions_before(trace, step);
  return fmt::format("{}, {} ahead", ending, choices > 0 ? count(choices, "choice") : count(steps, "step"));
}

Step event_of(Trace const& trace, std::size_t decision) {
  if (decision >= trace.decisions.size()) return no_step;
  Choice const choice = trace.decisions[decision].choice;
  Step const end = decision + 1 < trace.decisions.size() ? trace.decisions[decision + 1].step : trace.size();
  for (Step step = trace.decisions[decision].step; step < end; ++step) {
    if (choice.what != Choice::What::go || trace.at(step).actor == choice.actor) return step;
  }
  return no_step;
}

}  // namespace qs::gui
