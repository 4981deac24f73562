// Three painters stop at the word "STOP", which main puts twice.
// expect: nothing-to-get
// says: too few sentinels: 2 for 3 consumers | says: "STOP" is the sentinel | says: 3 here
// not: nobody is left
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <string>
#include <vector>

int main() {
  mp::Queue<std::string> walls{{.name = "walls"}};
  std::vector<mp::Process> painters;
  for (int me = 0; me < 3; ++me) {
    painters.emplace_back(
        [&] {
          while (walls.get() != "STOP") {
          }
        },
        mp::ProcessOptions{.name = "painter-" + std::to_string(me)});
  }
  for (auto& painter : painters) painter.start();
  for (int i = 0; i < 6; ++i) walls.put("wall " + std::to_string(i));
  for (int i = 0; i < 2; ++i) walls.put("STOP");
  for (auto& painter : painters) painter.join();
}
