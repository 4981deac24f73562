#include <optional>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::backpressure {

using Queue = mp::Queue<std::optional<int>>;

void produce(Queue& parts, int items) {
  for (int item = 1; item <= items; ++item) parts.put(item);  // waits for a free slot, however long
}

void produce_with_timeout(Queue& parts, int items, std::chrono::milliseconds timeout) {
  for (int item = 1; item <= items; ++item) {
    try {
      parts.put(100 + item, mp::Block::yes, timeout);
    } catch (mp::Full const&) {
      mp::note("Full: part " + std::to_string(100 + item) + " is thrown away");
    }
  }
}

void consume(Queue& parts, std::chrono::milliseconds work) {
  while (auto const part = parts.get()) mp::sleep_for(work);
}

void program(Arguments const& arguments) {
  Queue parts{{.maxsize = arguments["maxsize"], .name = "parts"}};
  mp::Process patient{[&] { produce(parts, arguments["items"]); }, {.name = "patient"}};
  mp::Process impatient{[&] { produce_with_timeout(parts, arguments["items"], arguments.milliseconds("timeout_ms")); },
                        {.name = "impatient"}};
  mp::Process consumer{[&] { consume(parts, arguments.milliseconds("work_ms")); }, {.name = "consumer"}};
  for (auto* process : {&patient, &impatient, &consumer}) process->start();

  patient.join();
  impatient.join();
  parts.put(std::nullopt);
  consumer.join();
}

Scenario scenario() {
  return {.name = "backpressure",
          .title = "A bounded queue slows its producers down",
          .explanation =
              "When all slots are taken, put waits until a get gives one back: the slow consumer sets the "
              "pace. A put with a time-out gives up after that time and raises Full, and its item is the "
              "caller's problem again.",
          .group = "Bounds and time",
          .parameters = {{"maxsize", "slots of the queue", 1, 1000, 3},
                         {"items", "parts that each producer puts", 0, 1000, 6},
                         {"timeout_ms", "how long the impatient producer waits in put, in ms", 0, 1000, 60},
                         {"work_ms", "time the consumer takes for a part, in ms", 0, 1000, 120}},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::backpressure
