// What `step` shows between two steps: the queues, and a numbered list of who can go.
#pragma once

#include <optional>
#include <string>

#include "sim/control/scheduler.hpp"
#include "sim/model/world.hpp"
#include "sim/report/run_report.hpp"
#include "sim/trace/trace.hpp"

namespace qs::cli {

/// The number before a name is its position in `now.enabled`, from 1. Actors that wait or compute have none.
std::string step_view(SchedulerContext const& now, Trace const&, World const&, Colours);
/// The events from `from` on, one a line, as sentences.
std::string event_lines(Trace const&, Step from);

}  // namespace qs::cli
