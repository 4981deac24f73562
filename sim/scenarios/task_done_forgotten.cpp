#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::task_done_forgotten {

void consume(mp::JoinableQueue<int>& tasks, int forgotten, std::chrono::milliseconds work) {
  while (true) {
    int const task = tasks.get();
    mp::sleep_for(work);
    if (task == forgotten) continue;  // skips what the loop ends with
    tasks.task_done();
  }
}

void program(Arguments const& arguments) {
  mp::JoinableQueue<int> tasks{{.name = "tasks"}};
  std::vector<mp::Process> consumers;
  for (int number = 1; number <= arguments["consumers"]; ++number) {
    consumers.emplace_back([&] { consume(tasks, arguments["forgotten"], arguments.milliseconds("work_ms")); },
                           mp::ProcessOptions{.name = "consumer-" + std::to_string(number), .daemon = true});
    consumers.back().start();
  }

  for (int item = 1; item <= arguments["items"]; ++item) tasks.put(item);
  tasks.join();
}

Scenario scenario() {
  return {.name = "task-done-forgotten",
          .title = "One task_done() too few",
          .explanation =
              "A consumer leaves one round of its loop early and forgets task_done for that item. The count "
              "of unfinished tasks stays at one for ever, and so does the main process in join.",
          .group = "Tasks",
          .parameters = {{"consumers", "processes that get", 1, 32, 2},
                         {"items", "tasks that the main process puts", 0, 1000, 8},
                         {"forgotten", "the task that is never marked as done; 0: none", 0, 1000, 3},
                         {"work_ms", "time a consumer takes for a task, in ms", 0, 1000, 120}},
          .deadline_s = 2,
          .hangs = true,
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::task_done_forgotten
