#include <optional>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::sentinel {

using Queue = mp::Queue<std::optional<int>>;

void consume(Queue& numbers, std::chrono::milliseconds work) {
  while (auto const number = numbers.get()) {
    mp::sleep_for(work);
  }
  mp::note("the sentinel: no more numbers will come");
}

void produce(Queue& numbers, int items, std::chrono::milliseconds pause) {
  for (int item = 1; item <= items; ++item) {
    numbers.put(item * item);
    mp::sleep_for(pause);
  }
}

void program(Arguments const& arguments) {
  Queue numbers{{.name = "numbers"}};
  mp::Process consumer{[&] { consume(numbers, arguments.milliseconds("work_ms")); }, {.name = "consumer"}};
  consumer.start();

  produce(numbers, arguments["items"], arguments.milliseconds("pause_ms"));
  numbers.put(std::nullopt);
  consumer.join();
}

Scenario scenario() {
  return {.name = "sentinel",
          .title = "None ends the consumer",
          .explanation =
              "A consumer cannot see that nothing more will come, so the producer says it with a value that "
              "is no item: the sentinel. The consumer leaves its loop when it gets it, and the main process "
              "can join the consumer.",
          .group = "Classics",
          .parameters = {{"items", "numbers that the main process puts", 0, 1000, 8},
                         {"pause_ms", "pause after each put, in ms", 0, 1000, 40},
                         {"work_ms", "time the consumer takes for a number, in ms", 0, 1000, 100}},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::sentinel
