#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

namespace qs::scenarios::two_senders {

void program(Arguments const& arguments) {
  mp::SimpleQueue<int> letters{{.name = "letters"}};
  int const senders = arguments["senders"];
  std::vector<mp::Process> processes;
  for (int number = 1; number <= senders; ++number) {
    processes.emplace_back([&letters, number] { letters.put(number); },
                           mp::ProcessOptions{.name = "sender-" + std::to_string(number)});
    processes.back().start();
  }
  for (int letter = 0; letter < senders; ++letter) letters.get();
  for (auto& process : processes) process.join();
}

Scenario scenario() {
  return {.name = "two-senders",
          .title = "Two senders and one write lock",
          .explanation =
              "Two processes put a letter each, and the write lock decides whose comes first. This is the smallest "
              "program with a choice between processes that compete: all its schedules can be tried.",
          .group = "Small enough to try all schedules",
          .parameters = {{"senders", "processes that put a letter each", 1, 8, 2}},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::two_senders
