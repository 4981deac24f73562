#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::task_done_too_often {

void consume(mp::JoinableQueue<int>& tasks, Arguments const& arguments) {
  for (int count = 0; count < arguments["items"]; ++count) {
    tasks.get();
    mp::sleep_for(arguments.milliseconds("work_ms"));
    tasks.task_done();
  }
  for (int count = 0; count < arguments["too_many"]; ++count) tasks.task_done();
}

void program(Arguments const& arguments) {
  mp::JoinableQueue<int> tasks{{.name = "tasks"}};
  mp::Process consumer{[&] { consume(tasks, arguments); }, {.name = "consumer"}};
  consumer.start();

  for (int item = 1; item <= arguments["items"]; ++item) tasks.put(item);
  tasks.join();
  consumer.join();
  mp::note("the consumer's exit code is " + std::to_string(consumer.exitcode().value_or(0)));
}

Scenario scenario() {
  return {.name = "task-done-too-often",
          .title = "One task_done() too many",
          .explanation =
              "task_done may be called once for each item that was put; the queue counts. One call more "
              "raises ValueError, which ends the consumer here with a report and exit code 1.",
          .group = "Tasks",
          .parameters = {{"items", "tasks that the main process puts", 0, 1000, 5},
                         {"too_many", "calls of task_done that are one too many", 0, 10, 1},
                         {"work_ms", "time the consumer takes for a task, in ms", 0, 1000, 150}},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::task_done_too_often
