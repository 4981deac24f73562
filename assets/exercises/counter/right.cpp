// Whoever has the item in its hands has the counter for itself.
#include <iostream>

#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::SimpleQueue<int> counter{{.name = "counter"}};
  counter.put(0);
  auto const add_one = [&] { counter.put(counter.get() + 1); };
  mp::Process first{add_one, {.name = "worker-1"}}, second{add_one, {.name = "worker-2"}};
  first.start();
  second.start();
  first.join();
  second.join();
  std::cout << counter.get() << std::endl;
}
