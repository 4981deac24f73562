#include <optional>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

// Depth 1: producer-2's feeder writes the sentinel before producer-1's feeder writes its item. No preemption: main
// waits for an item, and producer-2 is chosen first.

namespace qs::scenarios::sentinel_overtakes {

using Numbers = mp::Queue<std::optional<int>>;

void program(Arguments const& arguments) {
  bool const fixed = arguments["fixed"] != 0;
  Numbers numbers{{.name = "numbers"}};
  mp::Process first{[&] {
                      numbers.put(1);
                      if (fixed) numbers.put(std::nullopt);
                    },
                    {.name = "producer-1"}};
  mp::Process last{[&] {
                     numbers.put(2);
                     numbers.put(std::nullopt);  // wrong: the last to start is not the last to arrive
                   },
                   {.name = "producer-2"}};
  first.start();
  last.start();
  for (int open = fixed ? 2 : 1; open > 0;) {
    if (!numbers.get()) --open;
  }
  first.join();
  last.join();
}

Scenario scenario() {
  return {.name = "sentinel-overtakes",
          .title = "A sentinel that overtakes items",
          .explanation =
              "The second producer says that it is over, and its sentinel may arrive before what the "
              "first producer put: then the consumer stops and an item is left in the queue. Let "
              "every producer put a sentinel of its own, and stop after as many as there are "
              "producers.",
          .group = "Bugs that need a schedule",
          .parameters = {{"fixed", "1: each producer puts a sentinel, and the consumer waits for both", 0, 1, 0}},
          .deadline_s = 3,
          .bug = Bug{.endings = {Ending::items_left}, .depth = 1, .preemptions = 0},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::sentinel_overtakes
