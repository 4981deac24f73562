#include "sim/cli/step/step_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/base/wrapping.hpp"
#include "sim/control/status_words.hpp"
#include "sim/text/words.hpp"

namespace qs::cli {

namespace {

constexpr std::size_t most_waiting = 24;  ///< listed; the others are counted
constexpr std::size_t widest_name = 24;

std::string bold(std::string const& text, Colours colours) {
  return colours == Colours::yes ? fmt::format("\033[1m{}\033[0m", text) : text;
}

std::string line_of(std::string const& number, std::string const& name, std::size_t width, std::string const& words,
                    Colours colours) {
  // Escape sequences take no columns, so the coloured number replaces the plain one after wrapping.
  std::string text = wrapped(words, fmt::format("{:>4}  {}  ", number, fitted(name, width, true)));
  if (colours == Colours::yes && !number.empty()) {
    text.replace(0, 4, bold(fmt::format("{:>4}", number), colours));
  }
  return text;
}

/// The earliest deadline, and whose it is.
std::string time_words(SchedulerContext const& now) {
  std::int64_t earliest = mp::trace::no_deadline;
  std::vector<std::string> whose;
  auto const& status = now.controller.status();
  for (std::size_t actor = 0; actor < status.size(); ++actor) {
    bool const waits = status[actor].where == ActorStatus::Where::parked && !status[actor].enabled;
    if (!waits || status[actor].deadline > earliest || status[actor].deadline == mp::trace::no_deadline) continue;
    if (status[actor].deadline < earliest) whose.clear();
    earliest = status[actor].deadline;
    whose.push_back(now.names.name(static_cast<ActorIndex>(actor)));
  }
  auto const left = std::max<std::int64_t>(earliest - now.controller.clock(), 0);
  return fmt::format("passes: {}, to the deadline of {}", duration(static_cast<std::uint64_t>(left)), listing(whose));
}

}  // namespace

std::string event_lines(Trace const& trace, Step from) {
  std::string text;
  for (Step step = from; step < trace.size(); ++step) text += wrapped(sentence(trace, step), "     ");
  return text;
}

std::string step_view(SchedulerContext const& now, Trace const& trace, World const& world, Colours colours) {
  std::string text;
  for (auto const& line : queue_lines(trace, world)) text += wrapped(line, "  ");

  auto const& status = now.controller.status();
  std::size_t width = 4;
  for (std::size_t actor = 0; actor < status.size(); ++actor) {
    if (status[actor].where == ActorStatus::Where::gone || status[actor].where == ActorStatus::Where::unborn) continue;
    width = std::max(width, columns(now.names.name(static_cast<ActorIndex>(actor))));
  }
  width = std::min(width, widest_name);

  std::size_t number = 0, waiting = 0;
  for (std::size_t index = 0; index < status.size(); ++index) {
    ActorStatus const& stands = status[index];
    if (stands.where == ActorStatus::Where::gone || stands.where == ActorStatus::Where::unborn) continue;
    auto const actor = static_cast<ActorIndex>(index);
    if (!stands.enabled && ++waiting > most_waiting) continue;
    std::string words = status_words(trace, world, actor, stands);
    std::string const where =
        stands.where == ActorStatus::Where::parked ? place(trace, stands.next.location) : std::string();
    if (!where.empty()) words += fmt::format(" ({})", where);
    std::string const name = now.names.name(actor);
    text += line_of(stands.enabled ? fmt::format("{}", ++number) : "", name, width, words, colours);
  }
  if (waiting > most_waiting) text += fmt::format("      and {} more that cannot go\n", waiting - most_waiting);
  if (now.controller.time_can_pass()) {
    text += line_of(fmt::format("{}", ++number), "time", width, time_words(now), colours);
  }
  return text;
}

}  // namespace qs::cli
