#include <optional>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

// Depth 2: worker-1 asks before worker-2 reads, and worker-2 reads before worker-1 does. One preemption: worker-1
// between its question and its get.

namespace qs::scenarios::empty_then_get {

using Jobs = mp::SimpleQueue<std::optional<int>>;

void take_one(Jobs& jobs) {
  if (!jobs.empty()) jobs.get();  // wrong: between the question and the get, the other worker takes it
}

void take_all(Jobs& jobs) {
  while (jobs.get()) {
  }
}

void program(Arguments const& arguments) {
  bool const fixed = arguments["fixed"] != 0;
  Jobs jobs{{.name = "jobs"}};
  mp::Process first{[&] { fixed ? take_all(jobs) : take_one(jobs); }, {.name = "worker-1"}};
  mp::Process second{[&] { fixed ? take_all(jobs) : take_one(jobs); }, {.name = "worker-2"}};

  jobs.put(1);
  if (fixed) {
    jobs.put(std::nullopt);
    jobs.put(std::nullopt);
  }
  first.start();
  second.start();
  first.join();
  second.join();
}

Scenario scenario() {
  return {.name = "empty-then-get",
          .title = "Asking empty(), then getting",
          .explanation =
              "Two workers ask whether there is a job and both hear yes, but there is only one: the "
              "slower one waits in get for ever. Do not ask first: get, and let a sentinel for each "
              "worker say that it is over.",
          .group = "Bugs that need a schedule",
          .parameters = {{"fixed", "1: the workers get until their sentinel, and never ask", 0, 1, 0}},
          .deadline_s = 3,
          .bug = Bug{.endings = {Ending::deadlock}, .depth = 2, .preemptions = 1},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::empty_then_get
