#include <mp/expect.hpp>
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

// Depth 2: worker-1 reads before worker-2 writes, and worker-2 reads before worker-1 writes. One preemption:
// worker-1 between read and write.

namespace qs::scenarios::lost_update {

using Counter = mp::SimpleQueue<int>;  // its one item is the counter's value

int read(Counter& counter) {
  int const value = counter.get();
  counter.put(value);
  return value;
}

void write(Counter& counter, int value) {
  counter.get();
  counter.put(value);
}

void add_one(Counter& counter) {
  write(counter, read(counter) + 1);  // wrong: between the two, the other worker reads the same value
}

void add_one_in_hand(Counter& counter) {
  counter.put(counter.get() + 1);  // who has the item in its hands has the counter for itself
}

void program(Arguments const& arguments) {
  bool const fixed = arguments["fixed"] != 0;
  Counter counter{{.name = "counter"}};
  counter.put(0);
  mp::Process first{[&] { fixed ? add_one_in_hand(counter) : add_one(counter); }, {.name = "worker-1"}};
  mp::Process second{[&] { fixed ? add_one_in_hand(counter) : add_one(counter); }, {.name = "worker-2"}};
  first.start();
  second.start();
  first.join();
  second.join();
  mp::expect(counter.get() == 2, "both additions count");
}

Scenario scenario() {
  return {.name = "lost-update",
          .title = "A counter that forgets an addition",
          .explanation =
              "Each worker reads the counter and writes it back one higher, in two steps: when both "
              "read before either writes, one addition is lost. Keep the value in hand from reading "
              "to writing, so that nobody else can have it meanwhile.",
          .group = "Bugs that need a schedule",
          .parameters = {{"fixed", "1: get, add and put are one step", 0, 1, 0}},
          .deadline_s = 3,
          .bug = Bug{.endings = {Ending::failed_expectation}, .depth = 2, .preemptions = 1},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::lost_update
