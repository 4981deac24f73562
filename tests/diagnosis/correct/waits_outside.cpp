// Correct, only slow: the producer waits for input before it puts.
// expect: nothing
// deadline: 0.7
// says: waits outside the library (read)
// not: blocked for ever | not: nobody is left
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <unistd.h>

int main() {
  int ends[2];
  if (::pipe(ends) != 0) return 1;
  mp::Queue<int> numbers{{.name = "numbers"}};
  mp::Process producer{[&] {
                         char byte = 0;
                         if (::read(ends[0], &byte, 1) == 1) numbers.put(1);
                       },
                       {.name = "producer"}};
  producer.start();
  numbers.get();
  producer.join();
}
