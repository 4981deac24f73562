#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::consumer_pool {

std::vector<std::string> const words{"pipe", "lock", "feeder", "buffer", "sentinel", "slot", "task", "join"};

void consume(mp::JoinableQueue<std::string>& tasks, std::chrono::milliseconds work) {
  while (true) {
    std::string const word = tasks.get();
    mp::sleep_for(work * (1 + word.size() % 3));
    tasks.task_done();
  }
}

void program(Arguments const& arguments) {
  mp::JoinableQueue<std::string> tasks{{.maxsize = arguments["maxsize"], .name = "tasks"}};
  std::vector<mp::Process> pool;
  for (int number = 1; number <= arguments["consumers"]; ++number) {
    pool.emplace_back([&] { consume(tasks, arguments.milliseconds("work_ms")); },
                      mp::ProcessOptions{.name = "consumer-" + std::to_string(number), .daemon = true});
    pool.back().start();
  }

  for (int item = 0; item < arguments["items"]; ++item) {
    tasks.put(words[static_cast<std::size_t>(item) % words.size()]);
  }
  tasks.join();
}

Scenario scenario() {
  return {.name = "consumer-pool",
          .title = "Several daemon consumers share the work",
          .explanation =
              "Whoever is free takes the next task: one consumer holds the read lock and waits for bytes, "
              "the others wait for the lock. The main process joins the queue, not the consumers, and "
              "takes all of them with it when it exits.",
          .group = "Classics",
          .parameters = {{"consumers", "processes in the pool", 1, 32, 3},
                         {"items", "tasks that the main process puts", 0, 1000, 16},
                         {"maxsize", "slots of the queue; 0: no bound", 0, 1000, 6},
                         {"work_ms", "shortest time for a task, in ms; the longest is three times that", 0, 1000, 60}},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::consumer_pool
