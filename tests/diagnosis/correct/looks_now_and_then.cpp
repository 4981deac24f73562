// Correct: get with a time-out, to show a sign of life now and then.
// expect: nothing
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <chrono>
#include <optional>

using namespace std::chrono_literals;

int main() {
  mp::Queue<std::optional<int>> mails{{.name = "mails"}};
  mp::Process reader{[&] {
                       for (;;) {
                         try {
                           if (!mails.get(50ms)) return;
                         } catch (mp::Empty const&) {  // still alive
                         }
                       }
                     },
                     {.name = "reader"}};
  reader.start();
  for (int i = 0; i < 3; ++i) {
    mp::sleep_for(120ms);
    mails.put(i);
  }
  mails.put(std::nullopt);
  reader.join();
}
