// An alarm that nobody handles ends the worker in the middle of its second job.
// expect: abnormal-death
// says: worker was killed (SIGALRM), with 2 in hand | says: main waits in get on results
// not: sentinel
#include <unistd.h>

#include <csignal>
#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::Queue<int> jobs{{.name = "jobs"}};
  mp::Queue<int> results{{.name = "results"}};
  mp::Process worker{[&] {
                       for (;;) {
                         int const job = jobs.get();
                         if (job == 2) {
                           ::ualarm(50'000, 0);
                           mp::sleep_for(std::chrono::seconds(10));
                         }
                         results.put(job * job);
                       }
                     },
                     {.name = "worker"}};
  worker.start();
  for (int i = 1; i <= 3; ++i) jobs.put(i);
  for (int i = 1; i <= 3; ++i) results.get();
  worker.join();
}
