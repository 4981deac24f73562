// The worker calls task_done for the end mark too, which was not put as a task of this queue.
// expect: uncaught-exception
// says: counter ended by an uncaught exception | says: task_done was called more often than items were put
// not: blocked for ever
#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::JoinableQueue<int> votes{{.name = "votes"}};
  mp::Process counter{[&] {
                        for (int i = 0; i < 3; ++i) votes.get();
                        for (int i = 0; i <= 3; ++i) votes.task_done();
                      },
                      {.name = "counter"}};
  counter.start();
  for (int i = 0; i < 3; ++i) votes.put(i);
  votes.join();
  counter.join();
}
