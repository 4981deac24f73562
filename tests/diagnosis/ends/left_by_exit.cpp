// A child ends by _exit before its feeder has written what it put.
// expect: exit-without-flush
// says: left by _exit with code 0 | says: lost | says: hardened
// not: was killed
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <unistd.h>
#include <string>

int main() {
  mp::Queue<std::string> rows{{.mechanism = mp::Mechanism::cpython, .name = "rows"}};
  mp::Process exporter{[&] {
                         for (int i = 0; i < 30; ++i) rows.put(std::string(30'000, 'r'));
                         ::_exit(0);
                       },
                       {.name = "exporter"}};
  exporter.start();
  for (int i = 0; i < 30; ++i) rows.get();
  exporter.join();
}
