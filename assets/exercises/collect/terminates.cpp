// Wrong: a producer is terminated, and what its feeder had not written is lost.
#include <iostream>

#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::Queue<int> numbers{{.name = "numbers"}};
  auto const produce = [&](int from) {
    numbers.put(from);
    numbers.put(from + 1);
  };
  mp::Process first{[&] { produce(1); }, {.name = "producer-1"}};
  mp::Process second{[&] { produce(11); }, {.name = "producer-2"}};
  first.start();
  second.start();
  for (int left = 3; left > 0; --left) std::cout << numbers.get() << std::endl;
  second.terminate();
  std::cout << numbers.get() << std::endl;
  first.join();
  second.join();
}
