#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

// Depth 2: each worker takes its first token before the other wants it. One preemption: a worker between its two
// gets.

namespace qs::scenarios::opposite_order {

using Token = mp::SimpleQueue<int>;  // who has its one item has the right

void work_with(Token& one, Token& other) {
  int const first = one.get();
  int const second = other.get();
  other.put(second);
  one.put(first);
}

void program(Arguments const& arguments) {
  bool const fixed = arguments["fixed"] != 0;
  Token printer{{.name = "printer"}}, scanner{{.name = "scanner"}};
  printer.put(1);
  scanner.put(1);
  mp::Process first{[&] { work_with(printer, scanner); }, {.name = "worker-1"}};
  mp::Process second{[&] { fixed ? work_with(printer, scanner) : work_with(scanner, printer); },  // wrong: other order
                     {.name = "worker-2"}};
  first.start();
  second.start();
  first.join();
  second.join();
  printer.get();
  scanner.get();
}

Scenario scenario() {
  return {.name = "opposite-order",
          .title = "Two tokens in opposite order",
          .explanation =
              "One worker takes the printer and wants the scanner, the other takes the scanner and "
              "wants the printer: both wait for ever. Let everybody take them in the same order.",
          .group = "Bugs that need a schedule",
          .parameters = {{"fixed", "1: both workers take the printer first", 0, 1, 0}},
          .deadline_s = 3,
          .bug = Bug{.endings = {Ending::deadlock}, .depth = 2, .preemptions = 1},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::opposite_order
