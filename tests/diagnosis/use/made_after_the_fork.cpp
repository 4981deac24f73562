// The queue is made in the child, so nobody else has it.
// expect: own-queue
// says: only listener itself has it | says: before the process
// not: sentinel
#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::Process listener{[] {
                         mp::Queue<int> private_queue{{.name = "commands"}};
                         private_queue.get();
                       },
                       {.name = "listener"}};
  listener.start();
  listener.join();
}
