#include <optional>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

// Depth 2: worker-1 gets its job before worker-2 asks for the size, and worker-2 puts the sentinel before worker-1
// puts its result. One preemption: worker-1 between its get and its put.

namespace qs::scenarios::last_one_closes {

using Results = mp::SimpleQueue<std::optional<int>>;

void work(mp::Queue<int>& jobs, Results& results, bool fixed) {
  results.put(jobs.get());
  if (!fixed && jobs.qsize() == 0) results.put(std::nullopt);  // wrong: the other may still be at work
}

void program(Arguments const& arguments) {
  bool const fixed = arguments["fixed"] != 0;
  mp::Queue<int> jobs{{.name = "jobs"}};
  Results results{{.name = "results"}};
  mp::Process first{[&] { work(jobs, results, fixed); }, {.name = "worker-1"}};
  mp::Process second{[&] { work(jobs, results, fixed); }, {.name = "worker-2"}};
  jobs.put(1);
  jobs.put(2);
  first.start();
  second.start();
  if (fixed) {
    results.get();
    results.get();
  } else {
    while (results.get()) {
    }
  }
  first.join();
  second.join();
}

Scenario scenario() {
  return {.name = "last-one-closes",
          .title = "The last one closes the door",
          .explanation =
              "A worker that finds no more jobs says that it is over, but qsize() counts jobs that "
              "nobody has got, not those that somebody still works on: a result comes after the end. "
              "Count the results, or let main put the sentinel after it has joined the workers.",
          .group = "Bugs that need a schedule",
          .parameters = {{"fixed", "1: main counts the results", 0, 1, 0}},
          .deadline_s = 3,
          .bug = Bug{.endings = {Ending::items_left}, .depth = 2, .preemptions = 1},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::last_one_closes
