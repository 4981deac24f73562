#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::join_before_drain {

/// In the pipe, a string is 4 bytes of the message's length, 4 of the string's, and its characters.
std::string text_of_frame(int frame_bytes) { return std::string(static_cast<std::size_t>(frame_bytes - 8), 'x'); }

void program(Arguments const& arguments) {
  mp::Queue<std::string> results{{.name = "results"}};
  mp::Process worker{[&] {
                       mp::sleep_for(arguments.milliseconds("work_ms"));
                       results.put(text_of_frame(arguments["frame_bytes"]));
                     },
                     {.name = "worker"}};
  worker.start();

  worker.join();  // wrong: the worker cannot exit before its feeder has written everything
  results.get();
}

Scenario scenario() {
  return {.name = "join-before-drain",
          .title = "Joining a process before its results are read",
          .explanation =
              "A process exits only when its feeder has written what it put, and the pipe holds 65,536 bytes. "
              "An item of that size (with its header) still fits and the worker exits; one byte more, and "
              "the worker waits for a reader while the reader waits for the worker.",
          .group = "Closing and exit",
          .parameters = {{"frame_bytes", "bytes that the result takes in the pipe", 8, 1048576, 65537},
                         {"work_ms", "time the worker takes for its result, in ms", 0, 1000, 200}},
          .deadline_s = 2,
          .hangs = true,
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::join_before_drain
