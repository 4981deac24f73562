// The smallest program worth watching: jobs go to a consumer, and the main process waits until they are done.
//
//     queuescope record -o jobs.qtrace -- example-jobs
//     queuescope view jobs.qtrace
#include <chrono>
#include <iostream>
#include <optional>

#include <mp/process.hpp>
#include <mp/queue.hpp>

using namespace std::chrono_literals;

int main() {
  mp::JoinableQueue<std::optional<int>> jobs{{.maxsize = 3, .mechanism = mp::Mechanism::cpython, .name = "jobs"}};

  mp::Process consumer{[&] {
                         while (auto const job = jobs.get()) {
                           mp::sleep_for(50ms);
                           std::cout << "job " << *job << " is done" << std::endl;
                           jobs.task_done();
                         }
                         jobs.task_done();  // for the sentinel
                       },
                       {.name = "consumer", .daemon = true}};
  consumer.start();

  for (int job = 1; job <= 6; ++job) jobs.put(job);
  jobs.put(std::nullopt);  // the sentinel, Python's None
  jobs.join();
  consumer.join(1s);
  return consumer.exitcode() == 0 ? 0 : 1;
}
