#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

// Depth 1: main's feeder of news writes, and the reader reads, before main's feeder of results writes. No
// preemption: the other feeder is chosen first.

namespace qs::scenarios::two_queues_one_order {

void program(Arguments const& arguments) {
  bool const fixed = arguments["fixed"] != 0;
  mp::Queue<int> results{{.name = "results"}};
  mp::Queue<std::string> news{{.name = "news"}};
  mp::Process reader{[&] {
                       news.get();
                       if (fixed) {
                         results.get();
                       } else {
                         results.get_nowait();  // wrong: the news may be faster than the result
                       }
                     },
                     {.name = "reader"}};
  reader.start();
  results.put(42);
  news.put("there is a result");
  reader.join();
}

Scenario scenario() {
  return {.name = "two-queues-one-order",
          .title = "Order between two queues",
          .explanation =
              "Each queue has a feeder of its own, so what is put second on another queue may arrive "
              "first, and get_nowait throws Empty although the result was put. Rely on order within "
              "one queue only, or wait in get for what is known to come.",
          .group = "Bugs that need a schedule",
          .parameters = {{"fixed", "1: the reader waits for the result", 0, 1, 0}},
          .deadline_s = 3,
          .bug = Bug{.endings = {Ending::uncaught_exception, Ending::items_left}, .depth = 1, .preemptions = 0},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::two_queues_one_order
