// main puts all jobs before it collects a single result, and both queues are small.
// expect: circle-of-puts
// says: main and worker wait for each other | says: until main gets from it | says: until worker gets from it
// not: sentinel
#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::Queue<int> jobs{{.maxsize = 3, .name = "jobs"}};
  mp::Queue<int> results{{.maxsize = 3, .name = "results"}};
  mp::Process worker{[&] {
                       for (int i = 0; i < 40; ++i) results.put(jobs.get() + 1);
                     },
                     {.name = "worker"}};
  worker.start();
  for (int i = 0; i < 40; ++i) jobs.put(i);
  for (int i = 0; i < 40; ++i) results.get();
  worker.join();
}
