// The same with std::nullopt, in a stage that is a thread of main.
// expect: nothing-to-get
// says: got nullopt from raw and ended without passing it on to cooked
// not: None
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <optional>
#include <thread>

int main() {
  mp::Queue<std::optional<int>> raw{{.name = "raw"}};
  mp::Queue<std::optional<int>> cooked{{.name = "cooked"}};
  mp::Process eater{[&] {
                      while (cooked.get()) {
                      }
                    },
                    {.name = "eater"}};
  mp::Process farmer{[&] {
                       for (int i = 0; i < 3; ++i) raw.put(i);
                       raw.put(std::nullopt);
                     },
                     {.name = "farmer"}};
  eater.start();
  farmer.start();
  std::thread cook{[&] {
    while (auto meal = raw.get()) cooked.put(*meal);
  }};
  cook.join();
  farmer.join();
  eater.join();
}
