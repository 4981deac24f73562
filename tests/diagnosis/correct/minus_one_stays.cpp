// Correct: the pool ends by -1, which each worker puts back for the next; one -1 stays.
// expect: nothing
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <string>
#include <vector>

int main() {
  mp::Queue<int> jobs{{.name = "jobs"}};
  std::vector<mp::Process> workers;
  for (int me = 0; me < 3; ++me) {
    workers.emplace_back(
        [&] {
          while (jobs.get() >= 0) {
          }
          jobs.put(-1);
        },
        mp::ProcessOptions{.name = "worker-" + std::to_string(me)});
  }
  for (auto& worker : workers) worker.start();
  for (int i = 0; i < 9; ++i) jobs.put(i);
  jobs.put(-1);
  for (auto& worker : workers) worker.join();
}
