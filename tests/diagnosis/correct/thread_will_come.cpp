// Correct, only slow: a thread that has not used the queue so far puts in the end.
// expect: nothing
// deadline: 0.7
// says: main has a thread that has not used a queue yet
// not: blocked for ever | not: nobody is left
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <chrono>
#include <thread>

int main() {
  mp::Queue<int> numbers{{.name = "numbers"}};
  std::jthread later{[&] {
    std::this_thread::sleep_for(std::chrono::seconds(2));
    numbers.put(1);
  }};
  numbers.get();
}
