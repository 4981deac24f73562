// A worker runs another program by exec and never puts its result.
// expect: stopped-process
// says: converter has become another program by exec | says: in a child of its own
// not: sentinel
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <unistd.h>

int main() {
  mp::Queue<int> converted{{.name = "converted"}};
  mp::Process converter{[&] {
                          ::execlp("sleep", "sleep", "30", static_cast<char*>(nullptr));
                          converted.put(1);
                        },
                        {.name = "converter"}};
  converter.start();
  converted.get();
  converter.join();
}
