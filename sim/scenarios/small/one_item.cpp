#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::one_item {

void program(Arguments const& arguments) {
  mp::Queue<int> numbers{{.name = "numbers"}};
  int const items = arguments["items"];
  mp::Process consumer{[&] {
                         for (int item = 1; item <= items; ++item) numbers.get();
                       },
                       {.name = "consumer"}};
  consumer.start();
  for (int item = 1; item <= items; ++item) numbers.put(item);
  consumer.join();
}

Scenario scenario() {
  return {.name = "one-item",
          .title = "One item through a Queue",
          .explanation =
              "put hands the item to the feeder and returns, the feeder writes it, the child reads it. This is the "
              "smallest program with a feeder: all its schedules can be tried.",
          .group = "Small enough to try all schedules",
          .parameters = {{"items", "numbers that the main process puts", 1, 100, 1}},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::one_item
