// The first process dies of an exception between the orders and the end marks: the cooks are left behind.
// expect: uncaught-exception
// says: main died of an uncaught exception: no such dish | says: left behind by main | says: every way out
// not: one sentinel for each
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

int main() {
  mp::Queue<std::optional<std::string>> orders{{.name = "orders"}};
  std::vector<mp::Process> cooks;
  for (char const* name : {"cook-a", "cook-b"}) {
    cooks.emplace_back(
        [&] {
          while (orders.get()) {
          }
        },
        mp::ProcessOptions{.name = name});
  }
  for (auto& cook : cooks) cook.start();
  orders.put("soup");
  mp::sleep_for(std::chrono::milliseconds(50));
  if (orders.qsize() >= 0) throw std::runtime_error("no such dish");
  for (std::size_t i = 0; i < cooks.size(); ++i) orders.put(std::nullopt);
  for (auto& cook : cooks) cook.join();
}
