// Wrong: one sentinel for two workers.
#include <iostream>
#include <optional>

#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::SimpleQueue<std::optional<int>> jobs{{.name = "jobs"}};
  auto const work = [&] {
    while (auto const job = jobs.get()) std::cout << "job " << *job << std::endl;
  };
  mp::Process first{work, {.name = "worker-1"}}, second{work, {.name = "worker-2"}};
  first.start();
  second.start();
  for (int job = 1; job <= 4; ++job) jobs.put(job);
  jobs.put(std::nullopt);
  first.join();
  second.join();
}
