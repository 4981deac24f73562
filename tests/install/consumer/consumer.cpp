// A program that has nothing of Queuescope but the installed library: a worker doubles numbers until the sentinel.
#include <chrono>
#include <cstdio>
#include <mp/process.hpp>
#include <mp/queue.hpp>
#include <optional>

int main() {
  mp::Queue<std::optional<int>> jobs;
  mp::Queue<int> results;

  mp::Process worker{[&] {
    while (std::optional<int> job = jobs.get()) results.put(2 * *job);
  }};
  worker.start();

  int sum = 0;
  for (int job = 1; job <= 10; ++job) jobs.put(job);
  jobs.put(std::nullopt);
  for (int job = 1; job <= 10; ++job) sum += results.get();
  worker.join();

  using namespace std::chrono_literals;
  mp::Queue<int> const bounded{{.maxsize = 1}};
  bounded.put(1, 1s);
  if (bounded.try_put(2) || bounded.get(1s) != 1 || bounded.try_get()) return 1;
  bounded.put(3);
  if (bounded.get_until(std::chrono::steady_clock::now() + 1s) != 3) return 1;

  mp::JoinableQueue<int> tasks;
  tasks.put(4);
  if (tasks.take().value() != 4) return 1;  // done with the end of the statement
  tasks.join();

  std::printf("%d\n", sum);
  return sum == 110 && worker.exitcode() == 0 ? 0 : 1;
}
