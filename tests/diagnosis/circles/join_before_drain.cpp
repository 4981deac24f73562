// main joins the producer of a small queue before it reads what that one puts.
// expect: join-before-drain
// says: main joins producer before it has read what it put | says: Get all items of log first
// not: sentinel | not: nobody is left
#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::Queue<int> log{{.maxsize = 2, .name = "log"}};
  mp::Process producer{[&] {
                         for (int i = 0; i < 5; ++i) log.put(i);
                       },
                       {.name = "producer"}};
  producer.start();
  producer.join();
  for (int i = 0; i < 5; ++i) log.get();
}
