#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::killed_reader {

void program(Arguments const& arguments) {
  mp::Queue<int> numbers{{.name = "numbers"}};
  mp::Process victim{[&] { numbers.get(); }, {.name = "victim"}};
  victim.start();
  mp::sleep_for(arguments.milliseconds("pause_ms"));  // now it waits for bytes, and holds the read lock
  victim.kill();
  victim.join();

  numbers.put(42);
  mp::sleep_for(arguments.milliseconds("pause_ms"));
  for (int attempt = 0; attempt < arguments["attempts"]; ++attempt) {
    try {
      numbers.get(mp::Block::yes, arguments.milliseconds("timeout_ms"));
      return;
    } catch (mp::Empty const&) {
      mp::note("Empty, although qsize() is " + std::to_string(numbers.qsize()));
    }
  }
  numbers.get();
}

Scenario scenario() {
  return {.name = "killed-reader",
          .title = "Killed in get(), with the read lock in hand",
          .explanation =
              "A consumer that waits for bytes holds the read lock, and SIGKILL gives it no time to release "
              "it. From then on every get of every process fails with Empty or waits for ever, although "
              "there is an item in the pipe.",
          .group = "Killed processes",
          .parameters = {{"attempts", "gets with a time-out before the one without", 0, 100, 4},
                         {"timeout_ms", "time-out of these gets, in ms", 0, 1000, 150},
                         {"pause_ms", "time for the others to get where they will be, in ms", 50, 1000, 250}},
          .deadline_s = 2.5,
          .hangs = true,
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::killed_reader
