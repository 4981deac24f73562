// The worker dies with an item that shows nothing of itself.
// expect: abnormal-death
// says: with item 2 of main in hand | says: mp_preview
// not: <8 bytes>
#include <csignal>
#include <mp/process.hpp>
#include <mp/queue.hpp>

struct Job {
  int number, size;
};

int main() {
  mp::JoinableQueue<Job> jobs{{.name = "jobs"}};
  mp::Process worker{[&] {
                       for (;;) {
                         if (jobs.get().number == 2) std::raise(SIGFPE);
                         jobs.task_done();
                       }
                     },
                     {.name = "worker"}};
  worker.start();
  for (int i = 1; i <= 3; ++i) jobs.put({i, i});
  jobs.join();
}
