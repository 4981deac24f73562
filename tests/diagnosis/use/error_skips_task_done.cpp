// A task that cannot be worked on leaves the loop by the handler, without task_done.
// expect: task-done-forgotten
// says: task_done was never called for 3 | says: on every way out
// not: sentinel
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <stdexcept>

int main() {
  mp::JoinableQueue<int> tasks{{.name = "tasks"}};
  mp::Process worker{[&] {
                       for (;;) {
                         try {
                           int const task = tasks.get();
                           if (task == 3) throw std::runtime_error("bad task");
                           tasks.task_done();
                         } catch (std::runtime_error const&) {
                         }
                       }
                     },
                     {.name = "worker", .daemon = true}};
  worker.start();
  for (int i = 1; i <= 5; ++i) tasks.put(i);
  tasks.join();
}
