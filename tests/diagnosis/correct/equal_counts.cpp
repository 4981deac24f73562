// Correct: both producers put the same numbers, and the consumer knows how many come.
// expect: nothing
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <string>
#include <vector>

int main() {
  mp::Queue<int> numbers{{.name = "numbers"}};
  std::vector<mp::Process> producers;
  for (int me = 0; me < 2; ++me) {
    producers.emplace_back(
        [&] {
          for (int i = 1; i <= 5; ++i) numbers.put(i);
        },
        mp::ProcessOptions{.name = "producer-" + std::to_string(me)});
  }
  mp::Process consumer{[&] {
                         for (int i = 0; i < 10; ++i) numbers.get();
                       },
                       {.name = "consumer"}};
  consumer.start();
  for (auto& producer : producers) producer.start();
  for (auto& producer : producers) producer.join();
  consumer.join();
}
