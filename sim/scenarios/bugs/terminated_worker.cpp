#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

// Depth 1: main terminates worker-1 before its feeder gives the write lock back; that main has the result by then
// follows from the result being written. One preemption: the feeder between its write and the release.

namespace qs::scenarios::terminated_worker {

void program(Arguments const& arguments) {
  bool const fixed = arguments["fixed"] != 0;
  mp::Queue<int> results{{.name = "results"}};
  for (int number = 1; number <= 2; ++number) {
    mp::Process worker{[&] { results.put(number); }, {.name = "worker-" + std::to_string(number)}};
    worker.start();
    results.get();
    if (!fixed) worker.terminate();  // wrong: its feeder may not have given the write lock back yet
    worker.join();
  }
}

Scenario scenario() {
  return {.name = "terminated-worker",
          .title = "Terminating a worker whose result is there",
          .explanation =
              "The result has arrived, but the feeder that wrote it may still hold the write lock "
              "when its process is terminated: then no other worker can ever send a result. Let a "
              "worker exit by itself, and join it.",
          .group = "Bugs that need a schedule",
          .parameters = {{"fixed", "1: the worker is joined and not terminated", 0, 1, 0}},
          .deadline_s = 3,
          .bug = Bug{.endings = {Ending::deadlock}, .depth = 1, .preemptions = 1},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::terminated_worker
