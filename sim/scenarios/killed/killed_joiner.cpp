#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::killed_joiner {

void program(Arguments const& arguments) {
  mp::JoinableQueue<int> tasks{{.name = "tasks"}};
  for (int item = 1; item <= arguments["items"]; ++item) tasks.put(item);

  mp::Process victim{[&] { tasks.join(); }, {.name = "victim"}};
  victim.start();
  mp::sleep_for(arguments.milliseconds("pause_ms"));  // now it sleeps in join
  victim.kill();
  victim.join();

  for (int count = 0; count < arguments["items"]; ++count) {
    tasks.get();
    mp::sleep_for(arguments.milliseconds("work_ms"));
    tasks.task_done();  // the last one wakes the joiner, and waits for its answer
  }
}

Scenario scenario() {
  return {.name = "killed-joiner",
          .title = "Killed in join(), and the others never learn",
          .explanation =
              "The last task_done wakes those who sleep in join and waits until each of them has answered. A "
              "joiner that was killed in its sleep is still counted as a sleeper and never answers, so "
              "task_done waits for ever, and holds the lock of the condition.",
          .group = "Killed processes",
          .parameters = {{"items", "tasks that the main process puts and does", 1, 1000, 3},
                         {"work_ms", "time it takes for a task, in ms", 0, 1000, 150},
                         {"pause_ms", "time for the victim to fall asleep in join, in ms", 50, 1000, 250}},
          .deadline_s = 2,
          .hangs = true,
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::killed_joiner
