// Three stations in a ring: each passes on all it has before it takes what comes.
// expect: circle-of-puts
// says: wait for each other in a circle | says: 4 of 4 slots | says: Get between the puts
// not: nobody is left | not: sentinel
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <string>
#include <vector>

int main() {
  std::vector<mp::Queue<int>> belts;
  for (char const* name : {"first", "second", "third"})
    belts.emplace_back(mp::QueueOptions{.maxsize = 4, .name = name});
  std::vector<mp::Process> stations;
  for (std::size_t i = 0; i < 3; ++i) {
    stations.emplace_back(
        [&, i] {
          for (int part = 0; part < 10; ++part) belts[i].put(part);
          for (int part = 0; part < 10; ++part) belts[(i + 2) % 3].get();
        },
        mp::ProcessOptions{.name = "station-" + std::to_string(i)});
  }
  for (auto& station : stations) station.start();
  for (auto& station : stations) station.join();
}
