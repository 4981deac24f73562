// A worker is stopped by a signal, as by Ctrl-Z or a debugger, and nobody continues it.
// expect: stopped-process
// says: sleeper is stopped by a signal or a debugger | says: SIGCONT
// not: for an item that nobody will put
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <csignal>

int main() {
  mp::Queue<int> in{{.name = "in"}};
  mp::Queue<int> out{{.name = "out"}};
  mp::Process sleeper{[&] {
                        int const first = in.get();
                        std::raise(SIGSTOP);
                        out.put(first);
                      },
                      {.name = "sleeper"}};
  sleeper.start();
  in.put(1);
  out.get();
  sleeper.join();
}
