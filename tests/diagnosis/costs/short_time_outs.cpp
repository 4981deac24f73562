// The plotter waits one millisecond at a time, hundreds of times for each point.
// expect: polling
// says: plotter asked points | says: with a time-out of 1.00 ms | says: without a time-out, or with a longer one
// not: keeps a processor busy
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <chrono>

using namespace std::chrono_literals;

int main() {
  mp::Queue<double> points{{.name = "points"}};
  mp::Process plotter{[&] {
                        for (int drawn = 0; drawn < 2;) {
                          try {
                            points.get(1ms);
                            ++drawn;
                          } catch (mp::Empty const&) {
                          }
                        }
                      },
                      {.name = "plotter"}};
  plotter.start();
  for (int i = 0; i < 2; ++i) {
    mp::sleep_for(250ms);
    points.put(0.5 * i);
  }
  plotter.join();
}
