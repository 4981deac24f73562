#include <optional>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::simple_queue {

using Queue = mp::SimpleQueue<std::optional<std::string>>;

void consume(Queue& pictures, std::chrono::milliseconds work) {
  while (auto const picture = pictures.get()) mp::sleep_for(work);
}

void program(Arguments const& arguments) {
  Queue pictures{{.name = "pictures"}};
  mp::Process consumer{[&] { consume(pictures, arguments.milliseconds("work_ms")); }, {.name = "consumer"}};
  consumer.start();

  for (int item = 1; item <= arguments["items"]; ++item) {
    pictures.put(std::string(static_cast<std::size_t>(arguments["bytes"]), 'x'));  // waits when the pipe is full
  }
  pictures.put(std::nullopt);
  consumer.join();
}

Scenario scenario() {
  return {.name = "simple-queue",
          .title = "No feeder: put itself waits for room",
          .explanation =
              "A SimpleQueue is a pipe and two locks: put serialises and writes the item itself, in the "
              "caller's thread. When the pipe is full, put blocks until a consumer has read; there is no "
              "buffer behind which a producer could run ahead.",
          .group = "Order and scale",
          .parameters = {{"items", "pictures that the main process puts", 0, 1000, 12},
                         {"bytes", "size of a picture; the pipe holds 65,536", 0, 16777216, 20000},
                         {"work_ms", "time the consumer takes for a picture, in ms", 0, 1000, 120}},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::simple_queue
