#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::close_wakes_nobody {

void produce(mp::Queue<int>& numbers, int items, std::chrono::milliseconds pause) {
  for (int item = 1; item <= items; ++item) {
    numbers.put(item);
    mp::sleep_for(pause);
  }
  numbers.close();
  numbers.join_thread();
}

void consume(mp::Queue<int>& numbers) {
  while (true) numbers.get();  // nothing here ever ends
}

void program(Arguments const& arguments) {
  mp::Queue<int> numbers{{.name = "numbers"}};
  std::vector<mp::Process> consumers;
  for (int number = 1; number <= arguments["consumers"]; ++number) {
    consumers.emplace_back([&] { consume(numbers); }, mp::ProcessOptions{.name = "consumer-" + std::to_string(number)});
  }
  mp::Process producer{[&] { produce(numbers, arguments["items"], arguments.milliseconds("pause_ms")); },
                       {.name = "producer"}};
  for (auto& consumer : consumers) consumer.start();
  producer.start();

  producer.join();
  for (auto& consumer : consumers) consumer.join();
}

Scenario scenario() {
  return {.name = "close-wakes-nobody",
          .title = "close() is no end for the consumer",
          .explanation =
              "close says that this process will put no more: its feeder writes what is buffered and ends. "
              "The consumer is not told, because the pipe stays open in every process that has the queue, "
              "and it goes on waiting for bytes.",
          .group = "Closing and exit",
          .parameters = {{"consumers", "processes that get", 1, 32, 2},
                         {"items", "numbers that the producer puts before it closes", 0, 1000, 6},
                         {"pause_ms", "pause after each put, in ms", 0, 1000, 80}},
          .deadline_s = 2,
          .hangs = true,
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::close_wakes_nobody
