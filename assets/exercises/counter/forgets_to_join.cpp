// Wrong: the second worker may not have added when the counter is printed.
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
  int const value = counter.get();
  counter.put(value);
  std::cout << value << std::endl;
  second.join();
}
