#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

// Depth 2: main sees no result before the producer writes it, and the producer sees no sleeper before main says
// that it sleeps. One preemption: main between the two.

namespace qs::scenarios::lost_wake_up {

struct Mailbox {
  mp::SimpleQueue<int> results{{.name = "results"}}, sleepers{{.name = "sleepers"}}, wake_ups{{.name = "wake-ups"}};
};

int wait_for_result(Mailbox& box) {
  if (box.results.empty()) {  // wrong: the result may come, and nobody be woken, before the next line
    box.sleepers.put(1);
    box.wake_ups.get();
  }
  return box.results.get();
}

void bring_result(Mailbox& box) {
  box.results.put(42);
  if (!box.sleepers.empty()) box.wake_ups.put(box.sleepers.get());
}

void program(Arguments const& arguments) {
  bool const fixed = arguments["fixed"] != 0;
  Mailbox box;
  mp::Process producer{[&] { bring_result(box); }, {.name = "producer"}};
  producer.start();
  if (fixed) {
    box.results.get();
  } else {
    wait_for_result(box);
  }
  producer.join();
}

Scenario scenario() {
  return {.name = "lost-wake-up",
          .title = "A wake-up that comes too early",
          .explanation =
              "The consumer sees no result and lies down to sleep, but the producer looked for "
              "sleepers just before that: nobody ever wakes it. A get waits by itself, and needs no "
              "wake-up beside it.",
          .group = "Bugs that need a schedule",
          .parameters = {{"fixed", "1: the consumer waits in get for the result itself", 0, 1, 0}},
          .deadline_s = 3,
          .bug = Bug{.endings = {Ending::deadlock}, .depth = 2, .preemptions = 1},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::lost_wake_up
