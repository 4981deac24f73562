// A producer and a consumer of numbers at full speed, for so many seconds. At its end it prints the time of
// CLOCK_MONOTONIC, in seconds, for recorder_benchmark.py.
#include <ctime>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <mp/process.hpp>
#include <mp/queue.hpp>

int main(int argc, char** argv) {
  auto const end = std::chrono::steady_clock::now() + std::chrono::duration<double>(argc > 1 ? std::atof(argv[1]) : 1);
  mp::Queue<int> numbers{{.maxsize = 100, .name = "numbers"}};
  mp::Process consumer{[&] {
                         while (numbers.get() != -1) {
                         }
                       },
                       {.name = "consumer"}};
  consumer.start();
  for (int number = 0; std::chrono::steady_clock::now() < end; ++number) numbers.put(number & 0xffff);
  numbers.put(-1);
  consumer.join();
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  std::printf("%lld.%09ld\n", static_cast<long long>(now.tv_sec), now.tv_nsec);
}
