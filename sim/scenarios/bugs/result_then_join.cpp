#include <mp/process.hpp>
#include <mp/queue.hpp>

#include "sim/scenarios/scenario.hpp"

// Depth 1: worker-2's feeder takes the write lock before worker-1's does. No preemption: main waits for a result,
// and worker-2 is chosen first.

namespace qs::scenarios::result_then_join {

using Results = mp::Queue<std::string>;

constexpr std::size_t result_bytes = 70000;  // more than the pipe holds: it must be read before its worker can exit

void program(Arguments const& arguments) {
  bool const fixed = arguments["fixed"] != 0;
  Results results{{.name = "results"}};
  std::vector<mp::Process> workers;
  for (int number = 1; number <= 2; ++number) {
    workers.emplace_back([&] { results.put(std::string(result_bytes, 'x')); },
                         mp::ProcessOptions{.name = "worker-" + std::to_string(number)});
    workers.back().start();
  }
  for (auto& worker : workers) {
    results.get();
    if (!fixed) worker.join();  // wrong: it may have been the result of the other worker
  }
  if (fixed) {
    for (auto& worker : workers) worker.join();
  }
}

Scenario scenario() {
  return {.name = "result-then-join",
          .title = "Joining a worker after the result of another",
          .explanation =
              "After the first result the first worker is joined, but if that result was the second "
              "worker's, the first one cannot exit: its own does not fit the pipe. Get all results "
              "first, and join the workers afterwards.",
          .group = "Bugs that need a schedule",
          .parameters = {{"fixed", "1: both results are got before the workers are joined", 0, 1, 0}},
          .deadline_s = 3,
          .bug = Bug{.endings = {Ending::deadlock}, .depth = 1, .preemptions = 0},
          .source_file = __FILE__,
          .program = program};
}

}  // namespace qs::scenarios::result_then_join
