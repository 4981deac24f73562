#include <optional>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

// Depth 2: worker-2's task_done comes before worker-1 puts the follow-up, and both sentinels are written before
// the follow-up is. One preemption: worker-1 between task_done and put.

namespace qs::scenarios::task_done_too_early {

using Tasks = mp::JoinableQueue<std::optional<int>>;

/// A task of n is followed by one of n - 1, down to 0.
void work(Tasks& tasks, bool fixed) {
  while (auto const task = tasks.get()) {
    if (!fixed) tasks.task_done();  // wrong: what follows from it is not put yet
    if (*task > 0) tasks.put(*task - 1);
    if (fixed) tasks.task_done();
  }
}

void program(Arguments const& arguments) {
  bool const fixed = arguments["fixed"] != 0;
  Tasks tasks{{.name = "tasks"}};
  mp::Process first{[&] { work(tasks, fixed); }, {.name = "worker-1"}};
  mp::Process second{[&] { work(tasks, fixed); }, {.name = "worker-2"}};
  tasks.put(1);
  tasks.put(0);
  first.start();
  second.start();
  tasks.join();
  tasks.put(std::nullopt);
  tasks.put(std::nullopt);
  first.join();
  second.join();
}

Scenario scenario() {
  return {.name = "task-done-too-early",
          .title = "task_done before the next task is put",
          .explanation =
              "A worker marks its task as done and only then puts what follows from it: if nothing is "
              "unfinished in between, join returns, and the new task comes behind the sentinels. Put "
              "the follow-up first, and call task_done after it.",
          .group = "Bugs that need a schedule",
          .parameters = {{"fixed", "1: task_done comes after the follow-up is put", 0, 1, 0}},
          .deadline_s = 3,
          .bug = Bug{.endings = {Ending::items_left}, .depth = 2, .preemptions = 1},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::task_done_too_early
