// One of two readers does not stop at its end mark, and takes the other's too.
// expect: nothing-to-get
// says: reader-0 took 2 of the 2 sentinels | says: stop at its first
// not: too few
#include <mp/process.hpp>
#include <mp/queue.hpp>

#include <chrono>
#include <optional>

int main() {
  mp::Queue<std::optional<int>> records{{.name = "records"}};
  mp::Process greedy{[&] {
                       for (int marks = 0; marks < 2;) marks += !records.get().has_value();
                     },
                     {.name = "reader-0"}};
  mp::Process modest{[&] {
                       mp::sleep_for(std::chrono::milliseconds(200));
                       while (records.get()) {
                       }
                     },
                     {.name = "reader-1"}};
  greedy.start();
  modest.start();
  for (int record = 0; record < 5; ++record) records.put(record);
  records.put(std::nullopt);
  records.put(std::nullopt);
  greedy.join();
  modest.join();
}
