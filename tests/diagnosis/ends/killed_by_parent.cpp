// A parent kills a worker that is slow, and then waits for its result all the same.
// expect: abnormal-death
// says: slow was killed (SIGKILL) | says: "hard" | says: Do not kill a process that others count on
// not: sentinel
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <chrono>
#include <string>

int main() {
  mp::Queue<std::string> tasks{{.name = "tasks"}};
  mp::Queue<std::string> results{{.name = "results"}};
  mp::Process slow{[&] {
                     for (;;) {
                       auto const task = tasks.get();
                       if (task == "hard") mp::sleep_for(std::chrono::seconds(60));
                       results.put(task);
                     }
                   },
                   {.name = "slow"}};
  slow.start();
  tasks.put("easy");
  tasks.put("hard");
  results.get();
  mp::sleep_for(std::chrono::milliseconds(100));
  slow.kill();
  slow.join();
  results.get();
}
