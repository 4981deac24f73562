// The camera tries to put over and over while the queue is full.
// expect: polling
// says: camera tried | says: in vain to put on pictures | says: Wait in put
// not: nothing is there
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <chrono>

using namespace std::chrono_literals;

int main() {
  mp::Queue<int> pictures{{.maxsize = 1, .name = "pictures"}};
  mp::Process camera{[&] {
                       for (int taken = 0; taken < 4;) taken += pictures.try_put(taken);
                     },
                     {.name = "camera"}};
  camera.start();
  for (int i = 0; i < 4; ++i) {
    mp::sleep_for(50ms);
    pictures.get();
  }
  camera.join();
}
