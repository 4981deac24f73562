#include <mp/errors.hpp>
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

// Depth 1: the worker looks into the pipe before the feeder of main writes. No preemption: it is enough that the
// feeder, which is free to go, is not chosen.

namespace qs::scenarios::drained_too_early {

using Jobs = mp::Queue<int>;

void take_until_empty(Jobs& jobs) {
  try {
    while (true) jobs.get_nowait();
  } catch (mp::Empty const&) {  // wrong: Empty says that nothing has arrived, not that nothing will
  }
}

void program(Arguments const& arguments) {
  bool const fixed = arguments["fixed"] != 0;
  Jobs jobs{{.name = "jobs"}};
  mp::Process worker{[&] {
                       if (fixed) {
                         jobs.get();
                       } else {
                         take_until_empty(jobs);
                       }
                     },
                     {.name = "worker"}};
  jobs.put(1);
  worker.start();
  worker.join();
}

Scenario scenario() {
  return {.name = "drained-too-early",
          .title = "Taking Empty for the end",
          .explanation =
              "put returns before the feeder has written the item, so a worker that drains the queue "
              "until Empty may find nothing and leave the job behind. Get as many items as there are, "
              "or until a sentinel, and do not take Empty for an end.",
          .group = "Bugs that need a schedule",
          .parameters = {{"fixed", "1: the worker gets the one job that it knows of", 0, 1, 0}},
          .deadline_s = 3,
          .bug = Bug{.endings = {Ending::items_left}, .depth = 1, .preemptions = 0},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::drained_too_early
