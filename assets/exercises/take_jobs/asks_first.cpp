// Wrong: between the question and the get, the other worker takes the job.
#include <iostream>
#include <optional>

#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::SimpleQueue<std::optional<int>> jobs{{.name = "jobs"}};
  for (int job = 1; job <= 4; ++job) jobs.put(job);
  auto const work = [&] {
    while (!jobs.empty()) std::cout << "job " << *jobs.get() << std::endl;
  };
  mp::Process first{work, {.name = "worker-1"}}, second{work, {.name = "worker-2"}};
  first.start();
  second.start();
  first.join();
  second.join();
}
