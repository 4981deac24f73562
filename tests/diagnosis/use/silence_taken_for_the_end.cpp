// A worker that finds nothing for 20 ms goes home; then main puts the rest and joins the queue.
// expect: consumers-gone
// says: worker had ended before 2 items were put on todo | says: Do not take silence for the end
// not: [unknown]
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <chrono>
#include <string>

int main() {
  mp::JoinableQueue<std::string> todo{{.name = "todo"}};
  mp::Process worker{[&] {
                       try {
                         for (;;) {
                           todo.get(mp::Block::yes, std::chrono::milliseconds(20));
                           todo.task_done();
                         }
                       } catch (mp::Empty const&) {
                       }
                     },
                     {.name = "worker"}};
  worker.start();
  todo.put("a");
  mp::sleep_for(std::chrono::milliseconds(300));
  todo.put("b");
  todo.put("c");
  todo.join();
  worker.join();
}
