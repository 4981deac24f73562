#include <optional>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::sentinel_per_consumer {

using Queue = mp::Queue<std::optional<int>>;

void consume(Queue& numbers, std::chrono::milliseconds work) {
  while (auto const number = numbers.get()) {
    mp::sleep_for(work);
  }
}

void program(Arguments const& arguments) {
  Queue numbers{{.name = "numbers"}};
  std::vector<mp::Process> consumers;
  for (int number = 1; number <= arguments["consumers"]; ++number) {
    consumers.emplace_back([&] { consume(numbers, arguments.milliseconds("work_ms")); },
                           mp::ProcessOptions{.name = "consumer-" + std::to_string(number)});
    consumers.back().start();
  }

  for (int item = 1; item <= arguments["items"]; ++item) numbers.put(item);
  for (int count = 0; count < arguments["sentinels"]; ++count) numbers.put(std::nullopt);
  for (auto& consumer : consumers) consumer.join();
}

Scenario scenario() {
  return {.name = "sentinel-per-consumer",
          .title = "One sentinel too few",
          .explanation =
              "Each consumer takes one sentinel out of the queue and is gone, so as many are needed as there "
              "are consumers. With one too few the last consumer waits in get for ever, and the main "
              "process waits for that consumer.",
          .group = "Classics",
          .parameters = {{"consumers", "processes that each need a sentinel", 1, 32, 3},
                         {"sentinels", "how many Nones the main process puts", 0, 64, 2},
                         {"items", "numbers that the main process puts", 0, 1000, 9},
                         {"work_ms", "time a consumer takes for a number, in ms", 0, 1000, 100}},
          .deadline_s = 2,
          .hangs = true,
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::sentinel_per_consumer
