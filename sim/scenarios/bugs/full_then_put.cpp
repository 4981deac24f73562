#include <mp/errors.hpp>
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

// Depth 2: sensor-1 asks before sensor-2 takes the slot, and sensor-2 takes it before sensor-1 tries to. One
// preemption: sensor-1 between its question and its put.

namespace qs::scenarios::full_then_put {

using Readings = mp::Queue<int>;

void offer(Readings& readings, int reading) {
  if (!readings.full()) readings.put_nowait(reading);  // wrong: the other sensor may take the slot in between
}

void offer_or_drop(Readings& readings, int reading) {
  try {
    readings.put_nowait(reading);
  } catch (mp::Full const&) {
  }
}

void program(Arguments const& arguments) {
  bool const fixed = arguments["fixed"] != 0;
  Readings readings{{.maxsize = 1, .name = "readings"}};
  mp::Process first{[&] { fixed ? offer_or_drop(readings, 1) : offer(readings, 1); }, {.name = "sensor-1"}};
  mp::Process second{[&] { fixed ? offer_or_drop(readings, 2) : offer(readings, 2); }, {.name = "sensor-2"}};
  first.start();
  second.start();
  first.join();
  second.join();
  readings.get();
}

Scenario scenario() {
  return {.name = "full-then-put",
          .title = "Asking full(), then putting",
          .explanation =
              "Two sensors ask whether there is room and both hear yes, but there is one slot: the "
              "slower one ends by an uncaught Full. Do not ask first: call put_nowait, and handle "
              "Full where it comes.",
          .group = "Bugs that need a schedule",
          .parameters = {{"fixed", "1: the sensors put without asking, and catch Full", 0, 1, 0}},
          .deadline_s = 3,
          .bug = Bug{.endings = {Ending::uncaught_exception}, .depth = 2, .preemptions = 1},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::full_then_put
