#include <optional>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::crowd {

using Queue = mp::Queue<std::optional<int>>;

void consume(Queue& numbers, std::chrono::milliseconds work) {
  while (auto const number = numbers.get()) mp::sleep_for(work);
}

void produce(Queue& numbers, int first, int items, std::chrono::milliseconds pause) {
  for (int item = first; item < first + items; ++item) {
    numbers.put(item);
    mp::sleep_for(pause);
  }
}

void program(Arguments const& arguments) {
  int const consumer_count = arguments["processes"] / 2;
  int const producer_count = arguments["processes"] - consumer_count;
  int const items = arguments["items"];
  auto const pause = arguments.milliseconds("pause_ms");
  Queue numbers{{.maxsize = arguments["maxsize"], .name = "numbers"}};

  std::vector<mp::Process> consumers, producers;
  for (int count = 0; count < consumer_count; ++count) {
    consumers.emplace_back([&] { consume(numbers, pause); },
                           mp::ProcessOptions{.name = "consumer-" + std::to_string(count + 1)});
    consumers.back().start();
  }
  for (int count = 0; count < producer_count; ++count) {
    producers.emplace_back([&, count] { produce(numbers, 1000 * (count + 1), items, pause); },
                           mp::ProcessOptions{.name = "producer-" + std::to_string(count + 1)});
    producers.back().start();
  }

  for (auto& producer : producers) producer.join();
  for (int count = 0; count < consumer_count; ++count) numbers.put(std::nullopt);
  for (auto& consumer : consumers) consumer.join();
}

Scenario scenario() {
  return {.name = "crowd",
          .title = "A hundred processes on one queue",
          .explanation =
              "Half of the processes put and half of them get, all on one pipe with one read lock and one "
              "write lock. One consumer holds the read lock and all others queue up behind it, which is why "
              "more consumers do not make a queue faster.",
          .group = "Order and scale",
          .parameters = {{"processes", "producers and consumers together", 2, 250, 100},
                         {"items", "numbers that each producer puts", 0, 100, 4},
                         {"maxsize", "slots of the queue; 0: no bound", 0, 1000, 20},
                         {"pause_ms", "pause after each put and each get, in ms", 0, 1000, 40}},
          .deadline_s = 30,
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::crowd
