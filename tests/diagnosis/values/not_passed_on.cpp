// A filter ends at "done" and does not pass it on, so the printer behind it waits.
// expect: nothing-to-get
// says: filter got "done" from lines and ended without passing it on to matches | says: printer | says: Let filter put
// not: crash
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <string>

int main() {
  mp::Queue<std::string> lines{{.name = "lines"}};
  mp::Queue<std::string> matches{{.name = "matches"}};
  mp::Process filter{[&] {
                       for (auto line = lines.get(); line != "done"; line = lines.get())
                         if (line.size() > 4) matches.put(line);
                     },
                     {.name = "filter"}};
  mp::Process printer{[&] {
                        while (matches.get() != "done") {
                        }
                      },
                      {.name = "printer"}};
  filter.start();
  printer.start();
  for (auto const* line : {"one", "three", "seven"}) lines.put(line);
  lines.put("done");
  filter.join();
  printer.join();
}
