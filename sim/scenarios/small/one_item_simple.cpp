#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::one_item_simple {

void program(Arguments const& arguments) {
  mp::SimpleQueue<int> numbers{{.name = "numbers"}};
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
  return {.name = "one-item-simple",
          .title = "One item through a SimpleQueue",
          .explanation =
              "put writes the item into the pipe itself, and the child reads it. This is the smallest program of all: "
              "every one of its schedules can be tried.",
          .group = "Small enough to try all schedules",
          .parameters = {{"items", "numbers that the main process puts", 1, 100, 1}},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::one_item_simple
