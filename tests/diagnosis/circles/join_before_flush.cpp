// The same with a pipe: the child cannot exit before its feeder has written a megabyte.
// expect: join-before-drain
// says: main joins painter before it has read what it put | says: the pipe
// not: sentinel
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <string>

int main() {
  mp::Queue<std::string> images{{.mechanism = mp::Mechanism::cpython, .name = "images"}};
  mp::Process painter{[&] { images.put(std::string(1'000'000, 'p')); }, {.name = "painter"}};
  painter.start();
  painter.join();
  images.get();
}
