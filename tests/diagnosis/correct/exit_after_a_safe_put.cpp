// Correct: on a hardened queue nothing needs to be flushed, so a child may end by _exit.
// expect: nothing
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <unistd.h>

int main() {
  mp::Queue<int> results{{.name = "results"}};
  mp::Process child{[&] {
                      for (int i = 0; i < 10; ++i) results.put(i);
                      ::_exit(0);
                    },
                    {.name = "child"}};
  child.start();
  for (int i = 0; i < 10; ++i) results.get();
  child.join();
}
