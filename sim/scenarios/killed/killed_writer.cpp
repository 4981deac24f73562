#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::killed_writer {

void program(Arguments const& arguments) {
  mp::Queue<std::string> pictures{{.name = "pictures"}};
  mp::Process victim{[&] { pictures.put(std::string(static_cast<std::size_t>(arguments["bytes"]), 'x')); },
                     {.name = "victim"}};
  victim.start();
  mp::sleep_for(arguments.milliseconds("pause_ms"));  // now the pipe is full, and its feeder in mid-message
  victim.kill();
  victim.join();

  try {
    pictures.get_nowait();  // finds bytes, begins to read, and the rest will never come
  } catch (mp::Empty const&) {
    mp::note("Empty");
  }
}

Scenario scenario() {
  return {.name = "killed-writer",
          .title = "Killed in the middle of a message",
          .explanation =
              "The item is larger than the pipe, so its first part is there when its writer is killed, and "
              "the rest never comes. Whoever reads now waits in mid-message for ever, even in get_nowait.",
          .group = "Killed processes",
          .parameters = {{"bytes", "size of the picture; the pipe holds 65,536", 70000, 16777216, 200000},
                         {"pause_ms", "time for the feeder to fill the pipe, in ms", 50, 1000, 300}},
          .deadline_s = 2,
          .hangs = true,
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::killed_writer
