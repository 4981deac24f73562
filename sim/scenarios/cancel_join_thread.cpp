#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::cancel_join_thread {

/// A line of a log, padded so that it takes `frame_bytes` in the pipe.
std::string log_line(int number, int frame_bytes) {
  std::string line = "line " + std::to_string(number) + ' ';
  line.resize(static_cast<std::size_t>(frame_bytes - 8), '.');
  return line;
}

void produce(mp::Queue<std::string>& log, Arguments const& arguments) {
  for (int number = 1; number <= arguments["items"]; ++number) log.put(log_line(number, arguments["frame_bytes"]));
  mp::sleep_for(arguments.milliseconds("linger_ms"));
  log.cancel_join_thread();  // at exit, do not wait for the feeder
}

void program(Arguments const& arguments) {
  mp::Queue<std::string> log{{.name = "log"}};
  mp::Process producer{[&] { produce(log, arguments); }, {.name = "producer"}};
  producer.start();
  producer.join();

  int arrived = 0;
  try {
    for (;; ++arrived) {
      log.get(mp::Block::yes, std::chrono::milliseconds{200});
      mp::sleep_for(arguments.milliseconds("work_ms"));
    }
  } catch (mp::Empty const&) {
    mp::note(std::to_string(arrived) + " of " + std::to_string(arguments["items"]) + " lines arrived");
  }
}

Scenario scenario() {
  return {.name = "cancel-join-thread",
          .title = "Exit at once, and lose what is buffered",
          .explanation =
              "After cancel_join_thread a process exits without waiting for its feeder. What the feeder had "
              "not written yet is lost without a word, although every put succeeded.",
          .group = "Closing and exit",
          .parameters = {{"items", "lines that the producer puts", 1, 1000, 24},
                         {"frame_bytes", "bytes that a line takes in the pipe", 32, 4096, 4096},
                         {"linger_ms", "how long the producer lives on after its last put, in ms", 0, 1000, 200},
                         {"work_ms", "time the main process takes for a line, in ms", 0, 1000, 25}},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::cancel_join_thread
