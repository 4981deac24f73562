#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::joinable_daemon {

void consume(mp::JoinableQueue<int>& tasks, std::chrono::milliseconds work) {
  while (true) {
    [[maybe_unused]] int const task = tasks.get();
    mp::sleep_for(work);
    tasks.task_done();
  }
}

void produce(mp::JoinableQueue<int>& tasks, int items) {
  for (int item = 1; item <= items; ++item) tasks.put(item);
}

void program(Arguments const& arguments) {
  mp::JoinableQueue<int> tasks{{.maxsize = arguments["maxsize"], .name = "tasks"}};
  mp::Process consumer{[&] { consume(tasks, arguments.milliseconds("work_ms")); },
                       {.name = "consumer", .daemon = true}};
  consumer.start();

  produce(tasks, arguments["items"]);
  tasks.join();  // every task is done; the consumer waits for more, and dies with this process
}

Scenario scenario() {
  return {.name = "joinable-daemon",
          .title = "A daemon consumer, and a queue that is joined",
          .explanation =
              "The producer puts its tasks on a JoinableQueue and joins the queue until the consumer has "
              "called task_done for each of them. The consumer never leaves its loop: it is a daemon, and "
              "is terminated when the main process exits.",
          .group = "Classics",
          .parameters = {{"items", "tasks that the producer puts", 0, 1000, 8},
                         {"maxsize", "slots of the queue; 0: no bound", 0, 1000, 3},
                         {"work_ms", "time the consumer takes for a task, in ms", 0, 1000, 120}},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::joinable_daemon
