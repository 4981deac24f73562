// Each producer says for itself that it is over.
#include <iostream>
#include <optional>

#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::Queue<std::optional<int>> numbers{{.name = "numbers"}};
  auto const produce = [&](int from) {
    numbers.put(from);
    numbers.put(from + 1);
    numbers.put(std::nullopt);
  };
  mp::Process first{[&] { produce(1); }, {.name = "producer-1"}};
  mp::Process second{[&] { produce(11); }, {.name = "producer-2"}};
  first.start();
  second.start();
  for (int open = 2; open > 0;) {
    auto const number = numbers.get();
    number ? void(std::cout << *number << std::endl) : void(--open);
  }
  first.join();
  second.join();
}
