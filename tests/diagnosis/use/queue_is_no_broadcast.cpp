// Main puts the settings once and expects each of two workers to get them.
// expect: nothing-to-get
// says: each item goes to one consumer only | says: one for each
// not: sentinel | not: end mark
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <string>
#include <vector>

int main() {
  mp::Queue<std::string> settings{{.name = "settings"}};
  std::vector<mp::Process> workers;
  for (int me = 0; me < 2; ++me)
    workers.emplace_back([&] { settings.get(); }, mp::ProcessOptions{.name = "worker-" + std::to_string(me)});
  for (auto& worker : workers) worker.start();
  settings.put("colour=blue");
  for (auto& worker : workers) worker.join();
}
