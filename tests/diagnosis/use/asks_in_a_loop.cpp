// A display asks for the next frame over and over instead of waiting for it. It ends well.
// expect: polling
// says: display asked frames | says: Wait in get
// not: left in
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <chrono>

int main() {
  mp::Queue<int> frames{{.name = "frames"}};
  mp::Process display{[&] {
                        for (int shown = 0; shown < 5;) {
                          try {
                            frames.get_nowait();
                            ++shown;
                          } catch (mp::Empty const&) {
                          }
                        }
                      },
                      {.name = "display"}};
  display.start();
  for (int i = 0; i < 5; ++i) {
    mp::sleep_for(std::chrono::milliseconds(60));
    frames.put(i);
  }
  display.join();
}
