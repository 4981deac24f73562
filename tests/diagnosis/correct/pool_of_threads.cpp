// Correct: two processes with two threads each, and a mark for each thread.
// expect: nothing
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <optional>
#include <thread>
#include <vector>

int main() {
  mp::Queue<std::optional<int>> jobs{{.name = "jobs"}};
  std::vector<mp::Process> pool;
  for (int i = 0; i < 2; ++i) {
    pool.emplace_back([&] {
      auto work = [&] {
        while (jobs.get()) {
        }
      };
      std::jthread one(work), two(work);
    });
  }
  for (auto& process : pool) process.start();
  for (int job = 0; job < 20; ++job) jobs.put(job);
  for (int mark = 0; mark < 4; ++mark) jobs.put(std::nullopt);
  for (auto& process : pool) process.join();
}
