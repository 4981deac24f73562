#include <mp/errors.hpp>
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::killed_worker {

using Tasks = mp::JoinableQueue<int>;

void work_on(Tasks& tasks, std::chrono::milliseconds work) {
  while (true) {
    int const task = tasks.get();
    if (tasks.redelivered()) mp::note("task " + std::to_string(task) + " was in a dead worker's hands");
    mp::sleep_for(work);
    tasks.task_done();
  }
}

void program(Arguments const& arguments) {
  bool const survives = mp::default_mechanism() == mp::Mechanism::hardened;
  Tasks tasks{{.name = "tasks", .redeliver = survives && arguments["redeliver"] != 0}};
  auto const work = arguments.milliseconds("work_ms");
  mp::Process victim{[&] { work_on(tasks, work); }, {.name = "victim"}};
  victim.start();
  for (int item = 1; item <= arguments["items"]; ++item) tasks.put(item);
  mp::sleep_for(work / 2);  // now it works on the first task
  victim.kill();
  victim.join();

  mp::Process worker{[&] { work_on(tasks, work); }, {.name = "worker", .daemon = true}};
  worker.start();
  try {
    tasks.join();
  } catch (mp::TasksLost const& lost) {
    for (auto const& task : lost.tasks()) mp::note("TasksLost: " + task.item + ", which " + task.holder + " had");
  }
}

Scenario scenario() {
  return {.name = "killed-worker",
          .title = "Killed with a task in hand",
          .explanation =
              "A worker is killed between get and task_done, and nobody can mark its task as done any more: the "
              "main process stays in join for ever. A hardened queue knows who had the task, so join throws "
              "TasksLost, or another worker gets it.",
          .group = "Killed processes",
          .parameters = {{"items", "tasks that the main process puts", 1, 1000, 4},
                         {"work_ms", "time a worker takes for a task, in ms", 20, 1000, 200},
                         {"redeliver", "1: a hardened queue gives a dead worker's task to another", 0, 1, 0}},
          .deadline_s = 2,
          .hangs = true,
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::killed_worker
