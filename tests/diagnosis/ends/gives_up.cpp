// A worker gives up with an exit code, in the middle of its work; main waits for the rest.
// expect: exited-with-work
// says: checker ended with exit code 3 | says: exit codes
// not: sentinel
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <cstdlib>

int main() {
  mp::Queue<int> samples{{.name = "samples"}};
  mp::Queue<int> verdicts{{.name = "verdicts"}};
  mp::Process checker{[&] {
                        for (;;) {
                          int const sample = samples.get();
                          if (sample < 0) std::exit(3);
                          verdicts.put(sample % 2);
                        }
                      },
                      {.name = "checker"}};
  checker.start();
  for (int sample : {4, 7, -1, 9}) samples.put(sample);
  for (int i = 0; i < 4; ++i) verdicts.get();
}
