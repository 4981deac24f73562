// Wrong: the producer that was started last is not the one whose items arrive last.
#include <iostream>
#include <optional>

#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::Queue<std::optional<int>> numbers{{.name = "numbers"}};
  mp::Process first{[&] {
                      numbers.put(1);
                      numbers.put(2);
                    },
                    {.name = "producer-1"}};
  mp::Process second{[&] {
                       numbers.put(11);
                       numbers.put(12);
                       numbers.put(std::nullopt);
                     },
                     {.name = "producer-2"}};
  first.start();
  second.start();
  while (auto const number = numbers.get()) std::cout << *number << std::endl;
  first.join();
  second.join();
}
