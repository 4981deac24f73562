// by_chance: the second process decides at random, which no schedule controls.
#include <random>

#include <mp/process.hpp>
#include <mp/queue.hpp>

int main() {
  mp::SimpleQueue<int> numbers{{.name = "numbers"}};
  mp::Process other{[&] {
                      if (std::random_device()() % 2 == 0) numbers.put(1);
                    },
                    {.name = "other"}};
  other.start();
  for (int number = 1; number <= 3; ++number) {
    numbers.put(number);
    numbers.get();
  }
  other.join();
}
