// The writer closes the queue and puts once more.
// expect: uncaught-exception
// says: writer ended by an uncaught exception | says: closed
// not: blocked for ever
#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::Queue<int> pages{{.name = "pages"}};
  mp::Process writer{[&] {
                       pages.put(1);
                       pages.close();
                       pages.put(2);
                     },
                     {.name = "writer"}};
  writer.start();
  pages.get();
  writer.join();
}
