// A worker does not handle a line that is no number, and ends of it; main counts on a result for each line.
// expect: uncaught-exception
// says: parser died of an uncaught exception: stoi | says: "four" | says: Handle the exception in parser
// not: sentinel
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <string>

int main() {
  mp::Queue<std::string> lines{{.name = "lines"}};
  mp::Queue<int> numbers{{.name = "numbers"}};
  mp::Process parser{[&] {
                       for (int i = 0; i < 5; ++i) numbers.put(std::stoi(lines.get()));
                     },
                     {.name = "parser"}};
  parser.start();
  for (char const* line : {"1", "2", "3", "four", "5"}) lines.put(line);
  for (int i = 0; i < 5; ++i) numbers.get();
  parser.join();
}
