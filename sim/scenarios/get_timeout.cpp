#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::get_timeout {

void produce(mp::Queue<std::string>& letters, int items, std::chrono::milliseconds pause) {
  for (int item = 1; item <= items; ++item) {
    mp::sleep_for(pause);
    letters.put("letter " + std::to_string(item));
  }
}

void consume(mp::Queue<std::string>& letters, int items, std::chrono::milliseconds timeout) {
  int got = 0;
  while (got < items) {
    try {
      letters.get_nowait();
      ++got;
      continue;
    } catch (mp::Empty const&) {
      mp::note("get_nowait: Empty, at once");
    }
    try {
      letters.get(mp::Block::yes, timeout);
      ++got;
    } catch (mp::Empty const&) {
      mp::note("get: Empty, after the time-out");
    }
  }
}

void program(Arguments const& arguments) {
  mp::Queue<std::string> letters{{.name = "letters"}};
  mp::Process consumer{[&] { consume(letters, arguments["items"], arguments.milliseconds("timeout_ms")); },
                       {.name = "consumer"}};
  mp::Process producer{[&] { produce(letters, arguments["items"], arguments.milliseconds("pause_ms")); },
                       {.name = "producer"}};
  consumer.start();
  producer.start();
  producer.join();
  consumer.join();
}

Scenario scenario() {
  return {.name = "get-timeout",
          .title = "Waiting for an item, but not for ever",
          .explanation =
              "get_nowait raises Empty at once when there is nothing in the pipe, and get with a time-out "
              "raises it when that time has passed. One deadline covers both waits of a get: for the read "
              "lock, and for bytes.",
          .group = "Bounds and time",
          .parameters = {{"items", "letters that the producer puts", 0, 1000, 4},
                         {"timeout_ms", "time-out of get, in ms", 0, 2000, 150},
                         {"pause_ms", "pause before each put, in ms", 0, 2000, 350}},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::get_timeout
