#include <map>
#include <optional>
#include <utility>

#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::interleaved_producers {

using Letter = std::pair<std::string, int>;  // who wrote it, and its number
using Queue = mp::Queue<std::optional<Letter>>;

void produce(Queue& letters, std::string const& name, int items, std::chrono::milliseconds pause) {
  for (int number = 1; number <= items; ++number) {
    letters.put(Letter{name, number});
    mp::sleep_for(pause);
  }
}

void consume(Queue& letters) {
  std::map<std::string, int> last;
  while (auto const letter = letters.get()) {
    auto const& [name, number] = *letter;
    if (number != last[name] + 1) throw mp::RuntimeError("the letters of " + name + " came out of order");
    last[name] = number;
  }
  mp::note("the letters of each producer came in its order");
}

void program(Arguments const& arguments) {
  Queue letters{{.name = "letters"}};
  mp::Process consumer{[&] { consume(letters); }, {.name = "consumer"}};
  consumer.start();

  std::vector<mp::Process> producers;
  for (int count = 0; count < arguments["producers"]; ++count) {
    std::string const name = "producer-" + std::to_string(count + 1);
    auto const pause = arguments.milliseconds("pause_ms") * (count + 2) / 2;
    producers.emplace_back([&, name, pause] { produce(letters, name, arguments["items"], pause); },
                           mp::ProcessOptions{.name = name});
    producers.back().start();
  }
  for (auto& producer : producers) producer.join();
  letters.put(std::nullopt);
  consumer.join();
}

Scenario scenario() {
  return {.name = "interleaved-producers",
          .title = "Order within a producer, none between two",
          .explanation =
              "One feeder writes the items of its process in the order of their puts, so each producer's "
              "letters arrive in order. Between two producers the write lock decides, and the order differs "
              "from run to run.",
          .group = "Order and scale",
          .parameters = {{"producers", "processes that put", 1, 32, 3},
                         {"items", "letters of each producer", 0, 1000, 6},
                         {"pause_ms", "shortest pause after a put, in ms; each further producer takes longer", 0, 1000,
                          60}},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::interleaved_producers
