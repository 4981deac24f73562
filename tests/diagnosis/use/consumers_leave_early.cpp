// Both tasters leave after three dishes; the kitchen goes on till the small queue is full.
// expect: consumers-gone
// says: nobody is left to get | says: taster-0 | says: taster-1
// not: [unknown] | not: put one sentinel
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <string>
#include <vector>

int main() {
  mp::Queue<int> dishes{{.maxsize = 2, .name = "dishes"}};
  std::vector<mp::Process> tasters;
  for (int me = 0; me < 2; ++me) {
    tasters.emplace_back(
        [&] {
          for (int i = 0; i < 3; ++i) dishes.get();
        },
        mp::ProcessOptions{.name = "taster-" + std::to_string(me)});
  }
  for (auto& taster : tasters) taster.start();
  for (int dish = 0; dish < 20; ++dish) dishes.put(dish);
  for (auto& taster : tasters) taster.join();
}
