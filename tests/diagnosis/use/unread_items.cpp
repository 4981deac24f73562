// The reader stops after three, and two letters are never read. It ends well.
// expect: items-left-in-queue
// says: 2 items were left in letters
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <string>

int main() {
  mp::Queue<std::string> letters{{.name = "letters"}};
  mp::Process reader{[&] {
                       for (int i = 0; i < 3; ++i) letters.get();
                     },
                     {.name = "reader"}};
  reader.start();
  for (char const* letter : {"a", "b", "c", "d", "e"}) letters.put(letter);
  reader.join();
}
