// The watcher looks whether something is there, sleeps for a millisecond, and looks again.
// expect: polling
// says: watcher asked alarms | says: instead of waiting | says: Wait in get
// not: keeps a processor busy
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <chrono>

using namespace std::chrono_literals;

int main() {
  mp::Queue<int> alarms{{.name = "alarms"}};
  mp::Process watcher{[&] {
                        for (int seen = 0; seen < 2;) {
                          if (alarms.try_get()) {
                            ++seen;
                          } else {
                            mp::sleep_for(1ms);
                          }
                        }
                      },
                      {.name = "watcher"}};
  watcher.start();
  for (int i = 0; i < 2; ++i) {
    mp::sleep_for(300ms);
    alarms.put(i);
  }
  watcher.join();
}
