#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::killed_feeder_lock {

/// Fills the pipe to its last byte: 4 bytes of the message's length, 4 of the string's, and the characters.
std::string pipeful() { return std::string(65536 - 8, 'x'); }

void program(Arguments const& arguments) {
  auto const pause = arguments.milliseconds("pause_ms");
  mp::Queue<std::string> lines{{.name = "lines"}};
  lines.put(pipeful());
  mp::sleep_for(pause);

  mp::Process victim{[&] { lines.put("last words"); }, {.name = "victim"}};
  victim.start();
  mp::sleep_for(pause);  // now its feeder waits for room, and holds the write lock
  victim.kill();
  victim.join();
  lines.get();  // the pipe is empty again

  mp::Process survivor{[&] {
                         for (int number = 1; number <= arguments["items"]; ++number) {
                           lines.put("line " + std::to_string(number));  // succeeds
                           mp::sleep_for(pause / 4);
                         }
                       },
                       {.name = "survivor"}};
  survivor.start();
  for (int number = 0; number <= arguments["items"]; ++number)
    lines.get();  // the last words, if they came, and all lines
  survivor.join();
}

Scenario scenario() {
  return {.name = "killed-feeder-lock",
          .title = "Killed while its feeder held the write lock",
          .explanation =
              "The victim's feeder waits for room in a full pipe with the write lock in hand, and is killed "
              "with its process. Every later put succeeds and only fills its process's buffer: no feeder "
              "can write any more, nothing arrives, and nobody is told.",
          .group = "Killed processes",
          .parameters = {{"items", "lines that the survivor puts", 1, 1000, 6},
                         {"pause_ms", "time for the others to get where they will be, in ms", 50, 1000, 250}},
          .deadline_s = 2.5,
          .hangs = true,
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::killed_feeder_lock
