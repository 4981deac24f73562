// computing FILE: between two puts the main process computes until FILE exists, while another process puts freely.
#include <filesystem>

#include <mp/process.hpp>
#include <mp/queue.hpp>

int main(int, char** argv) {
  mp::Queue<int> numbers{{.name = "numbers"}};
  mp::Process other{[&] {
                      for (int number = 11; number <= 13; ++number) numbers.put(number);
                    },
                    {.name = "other"}};
  other.start();
  numbers.put(1);
  while (!std::filesystem::exists(argv[1])) {  // computes without calling the library
  }
  numbers.put(2);
  for (int left = 5; left > 0; --left) numbers.get();
  other.join();
}
